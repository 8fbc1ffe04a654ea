"""What the chosen model expects of each distinct purchase history: all that SQL joins to score everybody."""

from customer_segmentation.clv.scoring_tables import history_scores
from customer_segmentation.dbt_frames import to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    return history_scores(
        to_pandas(dbt.ref("fit_clv_models")),
        to_pandas(dbt.ref("int_clv_history_cells")),
        value_horizon_days=dbt.config.get("value_horizon_days"),
        annual_discount_rate=dbt.config.get("annual_discount_rate"),
    )
