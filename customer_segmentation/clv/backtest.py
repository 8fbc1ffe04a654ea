"""Judging the models without a contract: fit on the past, predict what came after, beside naive baselines.

The rule of choice: at each back-test date every model is fitted on the customers known then and judged on the
purchase days after it. Of the models whose held-out log-likelihood per customer is within
`EQUAL_LOG_LIKELIHOOD` of the best (mean over the dates), the one with the smallest root mean squared error
is chosen. Where it does not beat every naive baseline in that error and in rank concordance, the fallback is
used: the same again as in the last period.

Rank concordance is Somers' D (1962): of two customers who really differ, how much more often the forecast
orders them rightly than wrongly; -1 to 1. Spearman's correlation is published beside it but does not decide:
most customers do not buy in the held-out time, and among equals it rewards a forecast for not telling them
apart, so that "bought or not" would beat any forecast of how much.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from customer_segmentation.clv import bg_nbd, gamma_gamma, mbg_nbd, pareto_nbd
from customer_segmentation.clv.fitting import USABLE_STATUSES, FitResult

MODELS: dict[str, ModuleType] = {module.MODEL: module for module in (bg_nbd, mbg_nbd, pareto_nbd)}
FALLBACK = "same_as_last_period"
BASELINES = (FALLBACK, "population_mean", "seed_formula")
EQUAL_LOG_LIKELIHOOD = 0.002  # per customer
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
    "previous_spend_amount",
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


def backtest(sample: pd.DataFrame, *, minimum_repeat_customers: int) -> pd.DataFrame:
    """Fit, predict and judge every model at every back-test date, and choose one.

    Parameters
    ----------
    sample
        One row per sampled customer and back-test date: the history up to the date (`repeat_purchase_count`,
        `recency_weeks`, `age_weeks`, `mean_repeat_spend_amount`, null without a repeat, `mean_spend_amount`),
        what came in the `holdout_weeks` after it (`holdout_purchases_count` purchase days,
        `holdout_recency_weeks` from first to last purchase at the end, `holdout_spend_amount`), and the
        purchases and spend of the period of the same length before the date (`previous_…`).
    minimum_repeat_customers
        Below so many customers with a repeat a model is not judged.

    Returns
    -------
    DataFrame
        `as_of_date` (null for the choice), `part`, `model`, `measure`, `decile`, `customers_count`, `value`,
        `baseline`, `baseline_value`, `status`.
        `part` = `measure`: one row per date, model (baselines included) and measure; the baseline is the
        best of the naive ones. `part` = `calibration`: one row per date, model and decile of predicted
        purchases (ties together), `value` = predicted and `baseline_value` = real purchases per customer.
        `part` = `choice`: one row, the chosen `model` and in `status` why.
    """
    missing = [column for column in SAMPLE_COLUMNS if column not in sample.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
    numbers = [column for column in SAMPLE_COLUMNS if column != "as_of_date"]
    sample = sample.assign(**{column: sample[column].astype("float64") for column in numbers})
    parts: list[pd.DataFrame] = []
    fits: dict[str, FitResult] = {}
    for as_of_date, customers in sample.groupby("as_of_date", sort=True):
        # sums depend on the order of adding, and an engine hands rows over in any order
        customers = customers.sort_values(list(SAMPLE_COLUMNS), ignore_index=True)
        fits = _fits(customers, fits, minimum_repeat_customers=minimum_repeat_customers)
        parts += [judged.assign(as_of_date=as_of_date) for judged in _judged_at(customers, fits)]
    measures = pd.concat(parts, ignore_index=True) if parts else _rows([]).assign(as_of_date=pd.NaT)
    model, why = choose(measures)
    choice = _rows([("choice", model, "", None, 0, np.nan, "", np.nan, why)]).assign(as_of_date=pd.NaT)
    result = pd.concat([measures, choice], ignore_index=True)
    return result.loc[:, ["as_of_date", *RESULT_COLUMNS]]


def choose(measures: pd.DataFrame) -> tuple[str, str]:
    """The model that the rule at the head of this module chooses, and why, in words.

    `measures` are rows of `backtest`. Without a back-test date BG/NBD is taken, unjudged.
    """
    rows = measures.loc[measures["part"] == "measure"]
    table = rows.pivot_table(index="model", columns="measure", values="value", aggfunc="mean")
    candidates = table.loc[table.index.isin(list(MODELS))]
    if candidates.empty:
        return bg_nbd.MODEL, "not judged: no earlier date with enough customers and time after it"
    likelihood = candidates["heldout_log_likelihood_per_customer"]
    near = candidates.loc[likelihood >= likelihood.max() - EQUAL_LOG_LIKELIHOOD]
    best = str(near["root_mean_squared_error"].idxmin())
    naive = table.loc[table.index.isin(BASELINES)]
    error, naive_error = table.loc[best, "root_mean_squared_error"], naive["root_mean_squared_error"].min()
    rank, naive_rank = table.loc[best, "rank_concordance"], naive["rank_concordance"].max()
    figures = (
        f"root mean squared error {error:.4f} against {naive_error:.4f} of the best naive forecast, "
        f"rank concordance {rank:.4f} against {naive_rank:.4f}"
    )
    if error < naive_error and rank > naive_rank:
        return best, f"best of {len(candidates)} models on held-out time: {figures}"
    return FALLBACK, f"{best} does not beat the naive forecasts: {figures}"


def _fits(
    customers: pd.DataFrame, before: Mapping[str, FitResult], *, minimum_repeat_customers: int
) -> dict[str, FitResult]:
    """The usable fits by name; each starts from the parameters of the date before."""
    counted = customers.assign(customers_count=1)
    fits = {}
    for name, module in MODELS.items():
        near = before[name].parameters if name in before and before[name].status == "ok" else None
        fits[name] = module.fit(counted, minimum_repeat_customers=minimum_repeat_customers, near=near)
    fits[gamma_gamma.MODEL] = gamma_gamma.fit(counted, minimum_repeat_customers=minimum_repeat_customers)
    return {name: fit for name, fit in fits.items() if fit.status in USABLE_STATUSES}


def _judged_at(customers: pd.DataFrame, fits: Mapping[str, FitResult]) -> list[pd.DataFrame]:
    actual = customers["holdout_purchases_count"].to_numpy()
    spend = customers["holdout_spend_amount"].to_numpy()
    forecasts, likelihoods, statuses = _forecasts(customers, fits)
    values = _value_forecasts(customers, forecasts, fits.get(gamma_gamma.MODEL))
    table = {
        name: _measures(forecast, actual, values[name], spend, likelihoods.get(name, np.nan))
        for name, forecast in forecasts.items()
    }
    rows = []
    for name, measures in table.items():
        for measure, value in measures.items():
            naive = {other: table[other][measure] for other in BASELINES if other != name}
            baseline = _best(measure, naive)
            rows.append(
                (
                    "measure",
                    name,
                    measure,
                    None,
                    len(customers),
                    value,
                    baseline,
                    naive.get(baseline, np.nan),
                    statuses.get(name, "ok"),
                )
            )
    calibration = [
        ("calibration", name, "purchases", decile, count, predicted, "actual", real, statuses.get(name, "ok"))
        for name, forecast in forecasts.items()
        for decile, count, predicted, real in _deciles(forecast, actual)
    ]
    return [_rows(rows), _rows(calibration)]


def _forecasts(
    customers: pd.DataFrame, fits: Mapping[str, FitResult]
) -> tuple[dict[str, np.ndarray], dict[str, float], dict[str, str]]:
    """Purchases that each expects, held-out log-likelihood per customer, status of the fit."""
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
    previous = customers["previous_purchases_count"].to_numpy()
    forecasts: dict[str, np.ndarray] = {
        FALLBACK: previous,
        "population_mean": np.full(len(customers), previous.mean()),
        "seed_formula": (x + 1) / np.maximum(T, 365.25 / 7) * weeks,
    }
    likelihoods: dict[str, float] = {}
    statuses: dict[str, str] = {}
    for name, module in MODELS.items():
        fit = fits.get(name)
        if fit is None:
            continue
        statuses[name] = fit.status
        forecasts[name] = module.expected_purchases(fit.parameters, weeks, x, t_x, T)
        gained = module.log_likelihood(fit.parameters, after) - fit.log_likelihood
        likelihoods[name] = gained / len(customers)
    return forecasts, likelihoods, statuses


def _value_forecasts(
    customers: pd.DataFrame, forecasts: Mapping[str, np.ndarray], fit: FitResult | None
) -> dict[str, np.ndarray]:
    """Spend that each expects: a model's purchases times Gamma-Gamma spend, a baseline's own."""
    own = customers["mean_spend_amount"].to_numpy()
    if fit is not None:
        own = gamma_gamma.expected_spend(
            fit.parameters,
            customers["repeat_purchase_count"].to_numpy(),
            customers["mean_repeat_spend_amount"].to_numpy(),
        )
    previous = customers["previous_spend_amount"].to_numpy()
    formula = forecasts["seed_formula"] * customers["mean_spend_amount"].to_numpy()
    naive = {
        FALLBACK: previous,
        "population_mean": np.full(len(customers), previous.mean()),
        "seed_formula": formula,
    }
    return {name: naive.get(name, forecast * own) for name, forecast in forecasts.items()}


def _measures(
    forecast: np.ndarray, actual: np.ndarray, value: np.ndarray, spend: np.ndarray, likelihood: float
) -> dict[str, float]:
    difference = forecast - actual
    top = value >= np.quantile(value, 1 - 1 / DECILES_COUNT)
    return {
        "mean_absolute_error": float(np.abs(difference).mean()),
        "root_mean_squared_error": float(np.sqrt((difference**2).mean())),
        "bias_ratio": float(difference.sum() / actual.sum()) if actual.sum() else np.nan,
        "rank_correlation": _rank_correlation(forecast, actual),
        "rank_concordance": rank_concordance(forecast, actual),
        "spend_mean_absolute_error": float(np.abs(value - spend).mean()),
        "spend_bias_ratio": float((value - spend).sum() / spend.sum()) if spend.sum() else np.nan,
        "spend_rank_correlation": _rank_correlation(value, spend),
        # ties at the border belong to the top, so the share is scaled to a tenth of the customers
        "top_decile_revenue_ratio": (
            float(spend[top].sum() / spend.sum() * min(1.0, len(spend) / DECILES_COUNT / top.sum()))
            if spend.sum()
            else np.nan
        ),
        "heldout_log_likelihood_per_customer": likelihood,
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
