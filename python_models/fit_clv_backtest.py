"""Models without a contract, each fitted on the past and judged on the time since, beside naive forecasts."""

from customer_segmentation.clv.backtest import backtest
from customer_segmentation.dbt_frames import settings_of, to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    gates = settings_of(dbt.ref("settings"), "gate")
    return backtest(
        to_pandas(dbt.ref("int_clv_backtest_customers")),
        minimum_repeat_customers=int(gates["minimum_repeat_buyers_count"]),
    )
