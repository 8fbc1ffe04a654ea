"""Purchases expected of a customer who is alive, for each distinct number of repeats and age."""

from customer_segmentation.clv.scoring_tables import purchases_lookup
from customer_segmentation.dbt_frames import to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    fits = to_pandas(dbt.ref("fit_clv_models"))
    pairs = to_pandas(dbt.ref("int_clv_distinct_histories"))
    return purchases_lookup(
        fits,
        pairs,
        value_horizon_days=dbt.config.get("value_horizon_days"),
        annual_discount_rate=dbt.config.get("annual_discount_rate"),
    )
