"""Shifted beta-geometric: how long customers under contract keep renewing.

Each customer ends the contract at a renewal with an own probability, Beta(alpha, beta) over customers; so
retention rises with tenure because those who leave early leave first.

Source: Fader and Hardie (2007), How to project customer retention; (2010), Customer-base valuation in a
contractual setting: the perils of ignoring heterogeneity.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import gammaln

from customer_segmentation.clv.beta_geometric import beta_quadrature
from customer_segmentation.clv.fitting import FitResult, maximise
from customer_segmentation.clv.purchase_histories import numbers_of, refuse

MODEL = "shifted_beta_geometric"
PARAMETERS = ("alpha", "beta")
RETENTION_COLUMNS = ("renewal_period", "at_risk_count", "renewed_count")
NODES_COUNT = 128
STARTS = ((1.0, 1.0), (0.5, 5.0))


def fit(retention: pd.DataFrame, *, minimum_churned_customers: int = 1) -> FitResult:
    """Fit alpha and beta by maximum likelihood.

    Parameters
    ----------
    retention
        `renewal_period` (t: 1 for the first renewal), `at_risk_count` (customers whose t-th renewal was due)
        and `renewed_count` (those of them who renewed). Cohorts may be mixed; one call per plan.
    minimum_churned_customers
        Below this many ended contracts the status is `no_churn_signal`.

    The customers count is the number at risk over all renewals, the repeat customers count the renewed.
    Fewer than two renewal periods with customers at risk cannot tell alpha from beta: `too_few_repeaters`.

    Raises
    ------
    ValueError
        Names the column and the number of bad rows: negative, not finite, period below 1 or not whole, more
        renewed than at risk.
    """
    t, at_risk, renewed = _used_cells(retention)
    churned = at_risk - renewed
    at_risk_count, renewed_count = round(at_risk.sum()), round(renewed.sum())
    if not at_risk_count:
        nothing = dict.fromkeys(PARAMETERS, np.nan)
        return FitResult(MODEL, "no_customers", nothing, dict(nothing), np.nan, 0, 0)

    def by_log_parameters(point: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(point)
        value, gradient = _likelihood(parameters, t, renewed, churned)
        return value, gradient * parameters

    optimum = maximise(by_log_parameters, starts=np.log(STARTS), weight=float(at_risk.sum()))
    values = np.exp(optimum.log_parameters)
    status = "ok" if optimum.is_converged else "not_converged"
    if churned.sum() < minimum_churned_customers:
        status = "no_churn_signal"
    elif len(np.unique(t)) < 2:
        status = "too_few_repeaters"
    return FitResult(
        model=MODEL,
        status=status,
        parameters=dict(zip(PARAMETERS, values.tolist(), strict=True)),
        standard_errors=dict(zip(PARAMETERS, (values * optimum.log_standard_errors).tolist(), strict=True)),
        log_likelihood=optimum.log_likelihood,
        customers_count=at_risk_count,
        repeat_customers_count=renewed_count,
        bounded_parameters=tuple(np.array(PARAMETERS)[optimum.is_at_bound].tolist()),
    )


def log_likelihood(params: Mapping[str, float], retention: pd.DataFrame) -> float:
    """Total log-likelihood of retention counts."""
    t, at_risk, renewed = _used_cells(retention)
    return _likelihood(np.array([params[name] for name in PARAMETERS]), t, renewed, at_risk - renewed)[0]


def retention_rate(params: Mapping[str, float], renewal_period: ArrayLike) -> np.ndarray:
    """r_t = (beta+t-1) / (alpha+beta+t-1): share of those due for renewal t = 1, 2, ... who renew."""
    t = np.asarray(renewal_period, dtype="float64")
    refuse("renewal_period", ~(t >= 1), "are below 1 or not finite")
    return (params["beta"] + t - 1) / (params["alpha"] + params["beta"] + t - 1)


def survival(params: Mapping[str, float], renewals_count: ArrayLike) -> np.ndarray:
    """S(t) = B(alpha, beta+t) / B(alpha, beta): share of new customers left after t = 0, 1, ... renewals."""
    alpha, beta = (params[name] for name in PARAMETERS)
    t = np.asarray(renewals_count, dtype="float64")
    refuse("renewals_count", ~(t >= 0), "are negative or not finite")
    return np.exp(gammaln(beta + t) - gammaln(beta) + gammaln(alpha + beta) - gammaln(alpha + beta + t))


def discounted_expected_residual_lifetime(
    params: Mapping[str, float], renewal_period: ArrayLike, *, discount_rate: float
) -> np.ndarray:
    """Renewal payments expected still to come, discounted, just before renewal n = 1, 2, ... is due.

    DERL = sum over t >= n of S(t)/S(n-1) (1+d)^-(t-n)
         = (beta+n-1)/(alpha+beta+n-1) 2F1(1, beta+n; alpha+beta+n; 1/(1+d)):
    a payment made at once counts in full. Taken as the expectation of (1-p) / (1 - (1-p)/(1+d)) over the
    churn probability p ~ Beta(alpha, beta+n-1), which is the same number, exact for large parameters too.

    Parameters
    ----------
    renewal_period
        n, the renewal that is due next (n - 1 renewals made so far).
    discount_rate
        d per renewal period, above 0 (without discounting the sum may be infinite).
    """
    if not (np.isfinite(discount_rate) and discount_rate > 0):
        raise ValueError(f"discount_rate: must be above 0, got {discount_rate}")
    alpha, beta = (params[name] for name in PARAMETERS)
    n = np.asarray(renewal_period, dtype="float64")
    refuse("renewal_period", ~(n >= 1), "are below 1 or not finite")
    if not np.isfinite([alpha, beta]).all():
        return np.full(n.shape, np.nan)
    distinct_n, index = np.unique(n, return_inverse=True)
    lifetimes = np.empty(len(distinct_n))
    for position, period in enumerate(distinct_n):
        p, weight = beta_quadrature(alpha, beta + period - 1, nodes_count=NODES_COUNT)
        lifetimes[position] = weight @ ((1 - p) * (1 + discount_rate) / (discount_rate + p))
    return lifetimes[index].reshape(n.shape)


def _likelihood(
    parameters: np.ndarray, t: np.ndarray, renewed: np.ndarray, churned: np.ndarray
) -> tuple[float, np.ndarray]:
    """Total log-likelihood and gradient: every renewal that was due is one draw."""
    alpha, beta = parameters
    stay, whole = beta + t - 1, alpha + beta + t - 1
    value = renewed @ np.log(stay) + churned.sum() * np.log(alpha) - (renewed + churned) @ np.log(whole)
    by_alpha = churned.sum() / alpha - (renewed + churned) @ (1 / whole)
    by_beta = renewed @ (1 / stay) - (renewed + churned) @ (1 / whole)
    return float(value), np.array([by_alpha, by_beta])


def _used_cells(retention: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = numbers_of(retention, RETENTION_COLUMNS)
    period = frame["renewal_period"]
    refuse("renewal_period", (period < 1) | (period != np.floor(period)), "are below 1 or not whole")
    refuse("renewed_count", frame["renewed_count"] > frame["at_risk_count"], "are above at_risk_count")
    frame = frame.loc[frame["at_risk_count"] > 0]
    grouped = frame.groupby("renewal_period", sort=True, as_index=False)[list(RETENTION_COLUMNS[1:])].sum()
    t, at_risk, renewed = (grouped[column].to_numpy() for column in RETENTION_COLUMNS)
    return t, at_risk, renewed
