"""Judging every forecast of purchases: made on the past, compared with what came after.

Candidates are the models without a contract and the naive forecasts alike. The rule of choice: at each
back-test date every candidate expects the purchase days after it of the customers known then; the one with
the smallest root mean squared error (mean over the dates) scores, whichever it is. Where a model could not
be fitted at a date, its place there is taken by the fallback, which would have scored. Then the totals of
each candidate are calibrated on the held-out time and refused where they miss it (`calibrating`). The money
of every candidate is its purchases times the expected spend, which is how money is published.

Rank concordance is Somers' D (1962): of two customers who really differ, how much more often the forecast
orders them rightly than wrongly; -1 to 1. Spearman's correlation is published beside it but says less:
most customers do not buy in the held-out time, and among equals it rewards a forecast for not telling them
apart, so that "bought or not" would beat any forecast of how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from customer_segmentation.clv import bg_nbd, gamma_gamma, mbg_nbd, pareto_nbd
from customer_segmentation.clv.calibrating import Calibration, Tolerances, Totals, calibrate
from customer_segmentation.clv.fitting import USABLE_STATUSES, FitResult
from customer_segmentation.clv.naive import (
    BY_SEASON,
    FALLBACK,
    NAIVE,
    RecencyClasses,
    knows_its_season,
    naive_forecasts,
)

MODELS: dict[str, ModuleType] = {module.MODEL: module for module in (bg_nbd, mbg_nbd, pareto_nbd)}
CANDIDATES = (*MODELS, *NAIVE)  # of equal ones the first scores
DECIDING_MEASURE = "root_mean_squared_error"
DECILES_COUNT = 10

SAMPLE_COLUMNS = (
    "as_of_date",
    "repeat_purchase_count",
    "recency_weeks",
    "age_weeks",
    "mean_repeat_spend_amount",
    "mean_spend_amount",
    "holdout_weeks",
    "holdout_purchases_count",
    "holdout_recency_weeks",
    "holdout_spend_amount",
    "previous_purchases_count",
    "previous_recency_weeks",
    "season_purchases_count",
    "season_recency_weeks",
    "season_repeat_purchase_count",
    "next_90_days_purchases_count",
    "is_seasonal",
)
RESULT_COLUMNS = {
    "part": "str",
    "model": "str",
    "measure": "str",
    "decile": "Int64",
    "customers_count": "int64",
    "value": "float64",
    "baseline": "str",
    "baseline_value": "float64",
    "status": "str",
}


def backtest(
    sample: pd.DataFrame,
    *,
    minimum_repeat_customers: int,
    classes: RecencyClasses | None = None,
    tolerances: Tolerances | None = None,
) -> pd.DataFrame:
    """Fit, predict and judge every candidate at every back-test date, and rank them.

    Parameters
    ----------
    sample
        One row per sampled customer and back-test date: the history up to the date (`repeat_purchase_count`,
        `recency_weeks`, `age_weeks`, `mean_repeat_spend_amount`, null without a repeat, `mean_spend_amount`),
        what came in the `holdout_weeks` after it (`holdout_purchases_count` purchase days,
        `holdout_recency_weeks` from first to last purchase at the end, `holdout_spend_amount`), and of the
        period of the same length before the date `previous_purchases_count` and `previous_recency_weeks`
        (weeks since the last purchase at its beginning, null: not known then); `season_purchases_count` are
        those of the time a year before the held-out one, `season_recency_weeks` and
        `season_repeat_purchase_count` the history at its beginning (null: not known then), and
        `next_90_days_purchases_count` those of the first 90 days held out. `is_seasonal`: the business sells
        in one season (now).
    minimum_repeat_customers
        Below so many customers with a repeat a model is not fitted.
    classes, tolerances
        Of the naive rates by recency, and of the totals.

    Returns
    -------
    DataFrame
        `as_of_date` (null where it is of all dates), `part`, `model`, `measure`, `decile`, `customers_count`,
        `value`, `baseline`, `baseline_value`, `status`.
        `part` = `measure`: one row per date, candidate and measure; the baseline is the best of the (other)
        naive ones. The `calibrated_` ones are with the factors.
        `part` = `calibration`: one row per date, candidate and decile of predicted purchases (ties together),
        `value` = predicted and `baseline_value` = real purchases per customer.
        `part` = `factor`: the factors of each candidate (`measure` = `purchases` or `spend`), the `status`
        says whether its totals may be published.
        `part` = `choice`: the candidates, best first (`decile` is the place), `value` = what decides.
    """
    missing = [column for column in SAMPLE_COLUMNS if column not in sample.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
    numbers = [column for column in SAMPLE_COLUMNS if column != "as_of_date"]
    sample = sample.assign(**{column: sample[column].astype("float64") for column in numbers})
    dates: dict[object, dict[str, Forecast]] = {}
    fits: dict[str, FitResult] = {}
    for as_of_date, customers in sample.groupby("as_of_date", sort=True):
        # sums depend on the order of adding, and an engine hands rows over in any order
        customers = customers.sort_values(list(SAMPLE_COLUMNS), ignore_index=True)
        fits = _fits(customers, fits, minimum_repeat_customers=minimum_repeat_customers)
        dates[as_of_date] = _forecasts(customers, fits, classes or RecencyClasses())
    if not knows_its_season(sample):
        dates = {date: {**of_date, BY_SEASON: _no_season(of_date)} for date, of_date in dates.items()}
    names = [
        name for name in CANDIDATES if any(date[name].status in USABLE_STATUSES for date in dates.values())
    ]
    calibrations = {
        name: calibrate(_totals([date[name] for date in dates.values()]), tolerances or Tolerances())
        for name in names
    }
    parts = [
        judged.assign(as_of_date=as_of_date)
        for place, (as_of_date, forecasts) in enumerate(dates.items())
        for judged in _judged_at({name: forecasts[name] for name in names}, calibrations, place)
    ]
    measures = pd.concat(parts, ignore_index=True) if parts else _rows([]).assign(as_of_date=pd.NaT)
    rows = [
        ("factor", name, measure, None, 0, factor, "", np.nan, calibration.status)
        for name, calibration in calibrations.items()
        for measure, factor in (
            ("purchases", calibration.purchases_factor),
            ("spend", calibration.spend_factor),
        )
    ]
    rows += [
        ("choice", name, DECIDING_MEASURE, place, 0, error, "", np.nan, f"judged at {len(dates)} dates")
        for place, (name, error) in enumerate(ranked(measures), start=1)
    ]
    result = pd.concat([measures, _rows(rows).assign(as_of_date=pd.NaT)], ignore_index=True)
    return result.loc[:, ["as_of_date", *RESULT_COLUMNS]]


def ranked(measures: pd.DataFrame) -> list[tuple[str, float]]:
    """The candidates by what decides, best first; none without a date to judge them at."""
    rows = measures.loc[(measures["part"] == "measure") & (measures["measure"] == DECIDING_MEASURE)]
    errors = rows.groupby("model")["value"].mean()
    return [
        (name, float(errors[name]))
        for name in sorted(
            (name for name in CANDIDATES if name in errors.index), key=lambda name: errors[name]
        )
    ]


@dataclass(frozen=True)
class Forecast:
    """What one candidate expects at one date, beside what came."""

    purchases: np.ndarray
    spend: np.ndarray
    real_purchases: np.ndarray
    real_spend: np.ndarray
    status: str
    log_likelihood: float = np.nan  # held out, per customer


def _no_season(forecasts: Mapping[str, Forecast]) -> Forecast:
    """What stands for the forecast by season where there is none, or nobody was known a year before."""
    return replace(forecasts[FALLBACK], status="no_season_known")


def _totals(forecasts: Sequence[Forecast]) -> Totals:
    return Totals(
        *(
            np.array([getattr(forecast, name).sum() for forecast in forecasts])
            for name in ("purchases", "real_purchases", "spend", "real_spend")
        )
    )


def _fits(
    customers: pd.DataFrame, before: Mapping[str, FitResult], *, minimum_repeat_customers: int
) -> dict[str, FitResult]:
    """The fits by name; each starts from the parameters of the date before."""
    counted = customers.assign(customers_count=1)
    fits = {}
    for name, module in MODELS.items():
        near = before[name].parameters if name in before and before[name].status == "ok" else None
        fits[name] = module.fit(counted, minimum_repeat_customers=minimum_repeat_customers, near=near)
    fits[gamma_gamma.MODEL] = gamma_gamma.fit(counted, minimum_repeat_customers=minimum_repeat_customers)
    return fits


def _forecasts(
    customers: pd.DataFrame, fits: Mapping[str, FitResult], classes: RecencyClasses
) -> dict[str, Forecast]:
    """What every candidate expects of the customers known at a date."""
    x, t_x, T = (
        customers[column].to_numpy() for column in ("repeat_purchase_count", "recency_weeks", "age_weeks")
    )
    weeks = customers["holdout_weeks"].to_numpy()
    after = customers.assign(
        customers_count=1,
        repeat_purchase_count=x + customers["holdout_purchases_count"],
        recency_weeks=np.minimum(customers["holdout_recency_weeks"], T + weeks),  # but for rounding
        age_weeks=T + weeks,
    )
    spend = _expected_spend(customers, fits[gamma_gamma.MODEL])
    real = (
        customers["holdout_purchases_count"].to_numpy(),
        customers["holdout_spend_amount"].to_numpy(),
    )
    naive = naive_forecasts(customers, classes)
    forecasts = {name: Forecast(naive[name], naive[name] * spend, *real, "ok") for name in NAIVE}
    if customers["season_recency_weeks"].isna().all():
        forecasts[BY_SEASON] = _no_season(forecasts)
    for name, module in MODELS.items():
        fit = fits[name]
        if fit.status not in USABLE_STATUSES:
            forecasts[name] = replace(forecasts[FALLBACK], status=fit.status)
            continue
        purchases = module.expected_purchases(fit.parameters, weeks, x, t_x, T)
        gained = module.log_likelihood(fit.parameters, after) - fit.log_likelihood
        forecasts[name] = Forecast(purchases, purchases * spend, *real, fit.status, gained / len(customers))
    return forecasts


def _expected_spend(customers: pd.DataFrame, fit: FitResult) -> np.ndarray:
    """Spend of a coming purchase day as int_clv_expectations has it: Gamma-Gamma, else the own mean."""
    if fit.status not in USABLE_STATUSES:
        return customers["mean_spend_amount"].to_numpy()
    return gamma_gamma.expected_spend(
        fit.parameters,
        customers["repeat_purchase_count"].to_numpy(),
        customers["mean_repeat_spend_amount"].to_numpy(),
    )


def _judged_at(
    forecasts: Mapping[str, Forecast], calibrations: Mapping[str, Calibration], place: int
) -> list[pd.DataFrame]:
    """Measures and deciles of the candidates at one date, the `place`-th."""
    table = {
        name: {
            **_measures(forecast),
            "calibrated_bias_ratio": float(calibrations[name].purchases_misses[place]),
            "calibrated_spend_bias_ratio": float(calibrations[name].spend_misses[place]),
        }
        for name, forecast in forecasts.items()
    }
    rows = []
    for name, measures in table.items():
        for measure, value in measures.items():
            naive = {other: table[other][measure] for other in NAIVE if other != name and other in table}
            baseline = _best(measure, naive)
            count, status = len(forecasts[name].purchases), forecasts[name].status
            of_baseline = naive.get(baseline, np.nan)
            rows.append(("measure", name, measure, None, count, value, baseline, of_baseline, status))
    calibration = [
        ("calibration", name, "purchases", decile, count, predicted, "actual", real, forecast.status)
        for name, forecast in forecasts.items()
        for decile, count, predicted, real in _deciles(forecast.purchases, forecast.real_purchases)
    ]
    return [_rows(rows), _rows(calibration)]


def _measures(forecast: Forecast) -> dict[str, float]:
    actual, spend, value = forecast.real_purchases, forecast.real_spend, forecast.spend
    difference = forecast.purchases - actual
    top = value >= np.quantile(value, 1 - 1 / DECILES_COUNT)
    return {
        "mean_absolute_error": float(np.abs(difference).mean()),
        "root_mean_squared_error": float(np.sqrt((difference**2).mean())),
        "bias_ratio": float(difference.sum() / actual.sum()) if actual.sum() else np.nan,
        "rank_correlation": _rank_correlation(forecast.purchases, actual),
        "rank_concordance": rank_concordance(forecast.purchases, actual),
        "spend_mean_absolute_error": float(np.abs(value - spend).mean()),
        "spend_bias_ratio": float((value - spend).sum() / spend.sum()) if spend.sum() else np.nan,
        "spend_rank_correlation": _rank_correlation(value, spend),
        # ties at the border belong to the top, so the share is scaled to a tenth of the customers
        "top_decile_revenue_ratio": (
            float(spend[top].sum() / spend.sum() * min(1.0, len(spend) / DECILES_COUNT / top.sum()))
            if spend.sum()
            else np.nan
        ),
        "heldout_log_likelihood_per_customer": forecast.log_likelihood,
    }


def _rank_correlation(forecast: np.ndarray, actual: np.ndarray) -> float:
    """Spearman's, ties at their mean rank; 0 where one side is constant and so orders nobody."""
    if len(forecast) < 2 or np.ptp(forecast) == 0 or np.ptp(actual) == 0:
        return 0.0
    return float(spearmanr(forecast, actual).statistic)


def rank_concordance(forecast: np.ndarray, actual: np.ndarray) -> float:
    """Somers' D of the forecast given the actual values, -1 to 1; equal forecasts count for neither side.

    0 where all actual values are equal and there is nothing to order.
    """
    order = np.argsort(actual, kind="stable")
    forecast, actual = forecast[order], actual[order]
    starts = np.flatnonzero(np.diff(actual, prepend=np.nan) != 0)
    surplus, pairs_count = 0, 0
    for start, end in zip(starts, [*starts[1:], len(actual)], strict=True):
        lower = np.sort(forecast[:start])
        own = forecast[start:end]
        below = np.searchsorted(lower, own, side="left")
        above = start - np.searchsorted(lower, own, side="right")
        surplus += int(below.sum() - above.sum())
        pairs_count += start * (end - start)
    return surplus / pairs_count if pairs_count else 0.0


def _best(measure: str, naive: Mapping[str, float]) -> str:
    """The best of the naive forecasts in a measure."""
    known = {name: value for name, value in naive.items() if np.isfinite(value)}
    if not known:
        return ""
    if measure.endswith("error"):
        return min(known, key=lambda name: known[name])
    if measure.endswith("bias_ratio"):
        return min(known, key=lambda name: abs(known[name]))
    return max(known, key=lambda name: known[name])


def _deciles(forecast: np.ndarray, actual: np.ndarray) -> list[tuple[int, int, float, float]]:
    """Decile of the forecast (equal forecasts together), customers, mean forecast, mean actual."""
    cuts = np.quantile(forecast, np.arange(1, DECILES_COUNT) / DECILES_COUNT)
    decile = 1 + np.searchsorted(cuts, forecast, side="left")
    return [
        (
            int(d),
            int((decile == d).sum()),
            float(forecast[decile == d].mean()),
            float(actual[decile == d].mean()),
        )
        for d in np.unique(decile)
    ]


def _rows(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(RESULT_COLUMNS)).astype(RESULT_COLUMNS)
