"""What the chosen forecast says by number of repeats and days: all that SQL joins to score everybody."""

from customer_segmentation.clv.naive import RecencyClasses
from customer_segmentation.clv.scoring_tables import recency_class_lookup, scores_lookup
from customer_segmentation.dbt_frames import settings_of, to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    fits = to_pandas(dbt.ref("fit_clv_models"))
    money = {
        "value_horizon_days": dbt.config.get("value_horizon_days"),
        "annual_discount_rate": dbt.config.get("annual_discount_rate"),
    }
    classes = recency_class_lookup(
        fits,
        to_pandas(dbt.ref("int_clv_backtest_customers")),
        to_pandas(dbt.ref("int_clv_fit_cells")),
        RecencyClasses.of_settings(settings_of(dbt.ref("settings"), "clv")),
        **money,
    )
    return scores_lookup(fits, to_pandas(dbt.ref("int_clv_lookup_points")), classes=classes, **money)
