"""Forecasts of purchases, models and naive ones, each made in the past and judged on the time since."""

from customer_segmentation.clv.backtest import backtest
from customer_segmentation.clv.calibrating import Tolerances
from customer_segmentation.clv.naive import RecencyClasses
from customer_segmentation.dbt_frames import settings_of, to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    gates = settings_of(dbt.ref("settings"), "gate")
    numbers = settings_of(dbt.ref("settings"), "clv")
    return backtest(
        to_pandas(dbt.ref("int_clv_backtest_customers")),
        minimum_repeat_customers=int(gates["minimum_repeat_buyers_count"]),
        classes=RecencyClasses.of_settings(numbers),
        tolerances=Tolerances.of_settings(numbers),
    )
