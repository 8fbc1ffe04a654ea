"""What the chosen model says by number of repeats and days: all that SQL joins to score everybody."""

from customer_segmentation.clv.scoring_tables import scores_lookup
from customer_segmentation.dbt_frames import to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    return scores_lookup(
        to_pandas(dbt.ref("fit_clv_models")),
        to_pandas(dbt.ref("int_clv_lookup_points")),
        value_horizon_days=dbt.config.get("value_horizon_days"),
        annual_discount_rate=dbt.config.get("annual_discount_rate"),
    )
