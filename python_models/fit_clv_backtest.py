"""Models without a contract, each fitted on the past and judged on the time since, beside naive forecasts."""

from customer_segmentation.clv.backtest import backtest
from customer_segmentation.dbt_frames import to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    gates = to_pandas(dbt.ref("score_gates")).set_index("gate")["minimum"]
    return backtest(
        to_pandas(dbt.ref("int_clv_backtest_customers")),
        minimum_repeat_customers=int(gates["repeat_buyers_count"]),
    )
