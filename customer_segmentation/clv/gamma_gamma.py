"""Gamma-Gamma: spend per purchase day of customers who came back.

A customer's spend is Gamma(p, nu) around an own mean, nu is Gamma(q, gamma) over customers, and neither
depends on how often they buy: check that with `spend_correlation`.

Source: Fader, Hardie and Lee (2005), RFM and CLV: using iso-value curves; Fader and Hardie (2013), The
Gamma-Gamma model of monetary value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from customer_segmentation.clv.fitting import LOG_LOWER, LOG_UPPER, FitResult, maximise
from customer_segmentation.clv.purchase_histories import numbers_of, refuse, weighted_total

MODEL = "gamma_gamma"
PARAMETERS = ("p", "q", "gamma")
SPEND_COLUMNS = ("repeat_purchase_count", "mean_repeat_spend_amount", "customers_count")
STARTS = ((6.0, 4.0, 0.5), (1.0, 2.0, 1.0))
# The population mean p * gamma / (q - 1) exists for q > 1 only.
MINIMUM_Q = 1.01


@dataclass(frozen=True)
class SpendCorrelation:
    """Correlation, over customers, of repeat purchases and mean repeat spend: -1 to 1, NaN without spread."""

    pearson: float
    spearman: float
    customers_count: int


def fit(spend: pd.DataFrame, *, minimum_repeat_customers: int = 1) -> FitResult:
    """Fit p, q and gamma (money) by maximum likelihood.

    Parameters
    ----------
    spend
        Counted cells: `repeat_purchase_count` (x), `mean_repeat_spend_amount` (mean over the repeat purchase
        days, in money), `customers_count`. Rows with x = 0, or spend missing, zero or negative are ignored
        and counted in the result. Any unit of money works, gamma follows it.
    minimum_repeat_customers
        Below this many customers the status is `too_few_repeaters`.

    The status is `not_converged` also where q ends at `MINIMUM_Q`: then spend has no finite population mean.

    Raises
    ------
    ValueError
        For a missing column, infinite spend, or counts that are negative or not finite.
    """
    x, z, n, ignored_rows_count = _used_cells(spend)
    customers_count = round(n.sum())
    if not customers_count:
        nothing = dict.fromkeys(PARAMETERS, np.nan)
        return FitResult(
            MODEL, "no_customers", nothing, dict(nothing), np.nan, 0, 0, ignored_rows_count=ignored_rows_count
        )
    # The geometric mean, because one absurd amount must not set the scale of all.
    scale = float(np.exp(np.average(np.log(z), weights=n)))
    scaled = z / scale

    def by_log_parameters(point: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(point)
        value, gradient = weighted_total(*cell_likelihood(parameters, x, scaled), n)
        return value, gradient * parameters

    optimum = maximise(
        by_log_parameters,
        starts=np.log(STARTS),
        weight=float(n.sum()),
        lower=(LOG_LOWER, np.log(MINIMUM_Q), LOG_LOWER),
        upper=(LOG_UPPER, LOG_UPPER, LOG_UPPER),
    )
    values = np.exp(optimum.log_parameters) * np.array([1.0, 1.0, scale])
    has_mean = optimum.log_parameters[1] > np.log(MINIMUM_Q) + 1e-6
    status = "ok" if optimum.is_converged and has_mean else "not_converged"
    if customers_count < minimum_repeat_customers:
        status = "too_few_repeaters"
    return FitResult(
        model=MODEL,
        status=status,
        parameters=dict(zip(PARAMETERS, values.tolist(), strict=True)),
        standard_errors=dict(zip(PARAMETERS, (values * optimum.log_standard_errors).tolist(), strict=True)),
        log_likelihood=float(optimum.log_likelihood - n.sum() * np.log(scale)),
        customers_count=customers_count,
        repeat_customers_count=customers_count,
        ignored_rows_count=ignored_rows_count,
        bounded_parameters=tuple(np.array(PARAMETERS)[optimum.is_at_bound].tolist()),
    )


def log_likelihood(params: Mapping[str, float], spend: pd.DataFrame) -> float:
    """Total log-likelihood of the cells that `fit` would use."""
    x, z, n, _ = _used_cells(spend)
    return float(n @ cell_likelihood(np.array([params[name] for name in PARAMETERS]), x, z)[0])


def expected_spend(params: Mapping[str, float], x: ArrayLike, mean_spend: ArrayLike) -> np.ndarray:
    """Expected spend per purchase day: E(M) = p (gamma + x z) / (p x + q - 1), in money.

    Customers with x = 0, or with spend missing, zero or negative, get the population mean.
    """
    p, q, gamma = (params[name] for name in PARAMETERS)
    x, z = np.broadcast_arrays(np.asarray(x, dtype="float64"), np.asarray(mean_spend, dtype="float64"))
    refuse("repeat_purchase_count", ~np.isfinite(x) | (x < 0), "are negative or not finite")
    refuse("mean_repeat_spend_amount", np.isinf(z), "are not finite")
    x = np.where(z > 0, x, 0.0)
    return p * (gamma + x * np.where(z > 0, z, 0.0)) / (p * x + q - 1)


def population_mean_spend(params: Mapping[str, float]) -> float:
    """Expected spend of a customer nothing is known about: p gamma / (q - 1), in money."""
    return params["p"] * params["gamma"] / (params["q"] - 1)


def spend_correlation(spend: pd.DataFrame) -> SpendCorrelation:
    """How far repeat purchases and mean spend go together, over the customers that `fit` uses.

    Pearson on the values and Spearman on their ranks, which one huge order cannot bend. The model assumes
    neither is far from 0.
    """
    x, z, n, _ = _used_cells(spend)
    return SpendCorrelation(
        pearson=_weighted_correlation(x, z, n),
        spearman=_weighted_correlation(_weighted_ranks(x, n), _weighted_ranks(z, n), n),
        customers_count=round(n.sum()),
    )


def cell_likelihood(parameters: np.ndarray, x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood per customer of each cell, shape (cells,), and gradient, shape (3, cells)."""
    p, q, gamma = parameters
    shape = p * x + q
    log_total = np.log(gamma + x * z)
    value = (
        gammaln(shape) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        + (p * x - 1) * np.log(z) + p * x * np.log(x) - shape * log_total
    )  # fmt: skip
    by_p = x * (digamma(shape) - digamma(p * x) + np.log(z) + np.log(x) - log_total)
    by_q = digamma(shape) - digamma(q) + np.log(gamma) - log_total
    by_gamma = q / gamma - shape / (gamma + x * z)
    return value, np.array([by_p, by_q, by_gamma])


def _used_cells(spend: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """x, mean spend and count of the usable cells, grouped and sorted, and the number of ignored rows."""
    counts = numbers_of(spend, (SPEND_COLUMNS[0], SPEND_COLUMNS[2]))
    if SPEND_COLUMNS[1] not in spend.columns:
        raise ValueError(f"missing column: {SPEND_COLUMNS[1]}")
    amounts = spend[SPEND_COLUMNS[1]].astype("float64").reset_index(drop=True)
    refuse(SPEND_COLUMNS[1], np.isinf(amounts), "are not finite")
    frame = counts.assign(mean_repeat_spend_amount=amounts)
    is_used = (
        (frame["repeat_purchase_count"] > 0)
        & (frame["mean_repeat_spend_amount"] > 0)
        & (frame["customers_count"] > 0)
    )
    used = (
        frame.loc[is_used]
        .groupby(list(SPEND_COLUMNS[:2]), sort=True, as_index=False)["customers_count"]
        .sum()
    )
    x, z, n = (used[column].to_numpy() for column in SPEND_COLUMNS)
    return x, z, n, int((~is_used).sum())


def _weighted_correlation(first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> float:
    if not len(weight):
        return float("nan")
    first = first - np.average(first, weights=weight)
    second = second - np.average(second, weights=weight)
    spread = np.sqrt((weight @ first**2) * (weight @ second**2))
    return float(weight @ (first * second) / spread) if spread > 0 else float("nan")


def _weighted_ranks(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Mid-ranks of values that each stand for `weight` equal ones."""
    _, position = np.unique(values, return_inverse=True)
    counts = np.bincount(position, weights=weight)
    return (np.cumsum(counts) - counts / 2)[position]
