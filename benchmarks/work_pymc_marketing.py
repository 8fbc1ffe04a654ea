"""The work by pymc-marketing, fitted by MAP: `fit` or `chain`, input folder, output folder."""

import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel  # noqa: E402
from pymc_marketing.clv.utils import rfm_summary  # noqa: E402
from work_report import Report  # noqa: E402

LAST_DAY, YEAR_WEEKS, MONTHLY_RATE = "2026-06-30", 365 / 7, 1.10 ** (1 / 12) - 1


def main() -> None:
    work, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    report = Report()
    if work == "fit":
        summary = pd.read_parquet(source / "summary.parquet")
        report.phase("read")
    else:
        orders = pd.read_parquet(source / "orders.parquet")
        orders["day"] = pd.to_datetime(orders["day"])
        report.phase("read")
        summary = rfm_summary(
            orders,
            "customer_id",
            "day",
            "amount",
            observation_period_end=LAST_DAY,
            time_unit="D",
            time_scaler=7,
        )
        report.phase("summary")
    purchases = BetaGeoModel()
    purchases.fit(summary, method="map", progressbar=False)
    spend = GammaGammaModel()
    repeaters = summary.loc[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
    spend.fit(repeaters, method="map", progressbar=False)
    report.phase("fit")
    if work == "chain":
        scores = pd.DataFrame(
            {
                "customer_id": summary["customer_id"],
                "probability_alive": purchases.expected_probability_alive(summary).to_numpy().ravel(),
                "expected_purchases": purchases.expected_purchases(summary, future_t=YEAR_WEEKS)
                .to_numpy()
                .ravel(),
                "expected_spend": spend.expected_customer_spend(summary).to_numpy().ravel(),
            }
        )
        report.phase("score")
        scores["predicted_value"] = (
            spend.expected_customer_lifetime_value(
                purchases, summary, future_t=12, discount_rate=MONTHLY_RATE, time_unit="W"
            )
            .to_numpy()
            .ravel()
        )
        report.phase("value")
        scores.to_parquet(target / "scores.parquet")
        report.phase("write")
    parameters = {
        name: model.idata.posterior[name].to_numpy().item()
        for model, names in ((purchases, ("r", "alpha", "a", "b")), (spend, ("p", "q", "v")))
        for name in names
    }
    parameters["gamma"] = parameters.pop("v")
    report.print(parameters, "pymc-marketing", "pymc", "pytensor", "numpy", "pandas", "scipy")


main()
