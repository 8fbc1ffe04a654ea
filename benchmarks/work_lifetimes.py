"""The work by lifetimes, with its own functions throughout: `fit` or `chain`, input folder, output folder."""

import sys
from pathlib import Path

import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data
from work_report import Report

LAST_DAY, YEAR_WEEKS, MONTHLY_RATE = "2026-06-30", 365 / 7, 1.10 ** (1 / 12) - 1


def main() -> None:
    work, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    report = Report()
    if work == "fit":
        summary = pd.read_parquet(source / "summary.parquet").set_index("customer_id")
        report.phase("read")
    else:
        orders = pd.read_parquet(source / "orders.parquet")
        orders["day"] = pd.to_datetime(orders["day"])
        report.phase("read")
        summary = summary_data_from_transaction_data(
            orders,
            "customer_id",
            "day",
            monetary_value_col="amount",
            observation_period_end=LAST_DAY,
            freq="D",
            freq_multiplier=7,
        )
        report.phase("summary")
    history = (summary["frequency"], summary["recency"], summary["T"])
    purchases = BetaGeoFitter().fit(*history)
    repeaters = summary.loc[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
    spend = GammaGammaFitter().fit(repeaters["frequency"], repeaters["monetary_value"])
    report.phase("fit")
    if work == "chain":
        scores = pd.DataFrame(
            {
                "probability_alive": purchases.conditional_probability_alive(*history),
                "expected_purchases": purchases.conditional_expected_number_of_purchases_up_to_time(
                    YEAR_WEEKS, *history
                ),
                "expected_spend": spend.conditional_expected_average_profit(
                    summary["frequency"], summary["monetary_value"]
                ),
            },
            index=summary.index,
        )
        report.phase("score")
        scores["predicted_value"] = spend.customer_lifetime_value(
            purchases, *history, summary["monetary_value"], time=12, discount_rate=MONTHLY_RATE, freq="W"
        )
        report.phase("value")
        scores.reset_index().to_parquet(target / "scores.parquet")
        report.phase("write")
    parameters = {**purchases.params_, **spend.params_}
    parameters["gamma"] = parameters.pop("v")
    report.print(parameters, "lifetimes", "numpy", "pandas", "scipy", "autograd")


main()
