"""Retention of contracts by plan and billing interval, fitted on counted renewals."""

from customer_segmentation.clv.contract_tables import fit_contract_models
from customer_segmentation.dbt_frames import settings_of, to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    settings = settings_of(dbt.ref("settings"), "contract")
    return fit_contract_models(
        to_pandas(dbt.ref("int_contract_retention_counts")),
        minimum_ended_count=int(settings["minimum_ended_count"]),
        minimum_due_count=int(settings["minimum_due_count"]),
    )
