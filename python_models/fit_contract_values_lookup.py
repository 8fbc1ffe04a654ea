"""What a running contract is expected to bring, by group, renewal age and days to the next renewal."""

from customer_segmentation.clv.contract_tables import contract_values
from customer_segmentation.dbt_frames import to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    fits = to_pandas(dbt.ref("fit_contract_models"))
    ages = to_pandas(dbt.ref("int_contract_distinct_ages"))
    return contract_values(
        fits,
        ages,
        horizon_days=dbt.config.get("value_horizon_days"),
        annual_discount_rate=dbt.config.get("annual_discount_rate"),
    )
