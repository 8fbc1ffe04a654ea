"""Parameters of the models without a contract and of Gamma-Gamma, on counted histories; what scores."""

from customer_segmentation.clv.scoring_tables import fit_clv_models
from customer_segmentation.dbt_frames import settings_of, to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    histories = to_pandas(dbt.ref("int_clv_fit_cells"))
    spend = to_pandas(dbt.ref("int_clv_spend_cells"))
    judged = to_pandas(dbt.ref("fit_clv_backtest"))
    dates = to_pandas(dbt.ref("int_score_sufficiency"))
    gates = settings_of(dbt.ref("settings"), "gate")
    return fit_clv_models(
        histories,
        spend,
        judged,
        minimum_repeat_customers=int(gates["minimum_repeat_buyers_count"]),
        population_status=dates.loc[dates["is_current"], "population_status"].iloc[0],
    )
