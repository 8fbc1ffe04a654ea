"""Retention of contracts by plan and billing interval, fitted on counted renewals."""

from customer_segmentation.clv.contract_tables import fit_contract_models
from customer_segmentation.dbt_frames import to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    retention = to_pandas(dbt.ref("int_contract_retention_counts"))
    settings = to_pandas(dbt.ref("int_contract_settings"))
    return fit_contract_models(
        retention,
        minimum_ended_count=int(settings["minimum_ended_count"].iloc[0]),
        minimum_due_count=int(settings["minimum_due_count"].iloc[0]),
    )
