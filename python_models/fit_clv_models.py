"""Parameters of the models without a contract and of Gamma-Gamma, fitted on counted histories and spend."""

from customer_segmentation.clv.scoring_tables import fit_clv_models
from customer_segmentation.dbt_frames import settings_of, to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    histories = to_pandas(dbt.ref("int_clv_fit_cells"))
    spend = to_pandas(dbt.ref("int_clv_spend_cells"))
    judged = to_pandas(dbt.ref("fit_clv_backtest"))
    gates = settings_of(dbt.ref("settings"), "gate")
    return fit_clv_models(
        histories, spend, judged, minimum_repeat_customers=int(gates["minimum_repeat_buyers_count"])
    )
