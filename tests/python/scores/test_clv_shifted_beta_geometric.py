"""Shifted beta-geometric: published figures, exact sums, extremes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import hyp2f1

from customer_segmentation.clv import shifted_beta_geometric as sbg
from customer_segmentation.clv.fitting import STATUSES

OBSERVED = {
    "regular": [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3],
    "high_end": [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4],
}
PUBLISHED = {"regular": (0.70408, 1.18204), "high_end": (0.66809, 3.80610)}


def retention_of(survivors: list[float] | np.ndarray) -> pd.DataFrame:
    survivors = np.asarray(survivors, dtype="float64")
    return pd.DataFrame(
        {
            "renewal_period": np.arange(1, len(survivors)),
            "at_risk_count": survivors[:-1],
            "renewed_count": survivors[1:],
        }
    )


@pytest.mark.parametrize("plan", list(OBSERVED))
def test_fit_reproduces_the_published_parameters_and_projects_the_survivors(plan: str) -> None:
    observed = np.array(OBSERVED[plan])
    result = sbg.fit(retention_of(observed[:8] * 10))
    assert result.status == "ok"
    assert (result.parameters["alpha"], result.parameters["beta"]) == pytest.approx(PUBLISHED[plan], abs=5e-4)
    projected = 100 * sbg.survival(result.parameters, np.arange(13))
    # Fitted on years 0 to 7; years 8 to 12 are projected.
    assert np.abs(projected - observed).max() < 2.0
    constant_rate = observed[7] * (observed[7] / observed[0]) ** (np.arange(1, 6) / 7)
    assert np.abs(projected[8:] - observed[8:]).max() < np.abs(constant_rate - observed[8:]).max()


def test_retention_rate_is_the_ratio_of_survivors_and_rises() -> None:
    params = {"alpha": 0.70408, "beta": 1.18204}
    survivors = sbg.survival(params, np.arange(40))
    rates = sbg.retention_rate(params, np.arange(1, 40))
    assert rates == pytest.approx(survivors[1:] / survivors[:-1], rel=1e-12)
    assert (np.diff(rates) > 0).all()


@pytest.mark.parametrize("discount_rate", [0.008, 0.1, 0.5])
@pytest.mark.parametrize(
    "parameters", [(0.70408, 1.18204), (0.66809, 3.80610), (0.05, 0.1), (40.0, 900.0), (0.3, 5.0)]
)
def test_residual_lifetime_is_the_discounted_sum_of_survivors(
    parameters: tuple[float, float], discount_rate: float
) -> None:
    params = dict(zip(sbg.PARAMETERS, parameters, strict=True))
    n = np.array([1, 2, 5, 30])
    lifetimes = sbg.discounted_expected_residual_lifetime(params, n, discount_rate=discount_rate)
    ahead = np.arange(8000)
    for period, lifetime in zip(n, lifetimes, strict=True):
        survivors = sbg.survival(params, period + ahead) / sbg.survival(params, period - 1)
        assert lifetime == pytest.approx(survivors @ np.exp(-ahead * np.log1p(discount_rate)), rel=1e-7)
    alpha, beta = parameters
    published = sbg.retention_rate(params, n) * hyp2f1(1, beta + n, alpha + beta + n, 1 / (1 + discount_rate))
    if parameters != (40.0, 900.0):  # where the hypergeometric function of scipy gives up
        assert lifetimes == pytest.approx(published, rel=1e-6)


def test_residual_lifetime_grows_with_tenure_and_stays_below_that_of_a_perpetuity() -> None:
    lifetimes = sbg.discounted_expected_residual_lifetime(
        {"alpha": 0.7, "beta": 1.2}, np.arange(1, 60), discount_rate=0.1
    )
    assert (np.diff(lifetimes) > 0).all()
    assert (lifetimes < 11).all()


def test_log_likelihood_is_that_of_the_cohort() -> None:
    params = {"alpha": 0.7, "beta": 1.2}
    survivors = np.array([1000, 631, 468, 382])
    share = sbg.survival(params, np.arange(4))
    expected = (survivors[:-1] - survivors[1:]) @ np.log(share[:-1] - share[1:]) + survivors[-1] * np.log(
        share[-1]
    )
    assert sbg.log_likelihood(params, retention_of(survivors)) == pytest.approx(expected, rel=1e-12)


def test_fit_recovers_planted_parameters_from_mixed_cohorts() -> None:
    random = np.random.default_rng(8)
    churn = random.beta(0.9, 3.0, 20_000)
    ended_at = random.geometric(np.maximum(churn, 1e-12))
    observed = random.integers(1, 25, len(churn))
    period = np.arange(1, 25)[:, None]
    at_risk = ((ended_at >= period) & (observed >= period)).sum(axis=1)
    renewed = ((ended_at > period) & (observed >= period)).sum(axis=1)
    cells = pd.DataFrame(
        {"renewal_period": period.ravel(), "at_risk_count": at_risk, "renewed_count": renewed}
    )
    result = sbg.fit(cells)
    assert result.status == "ok"
    for name, value in {"alpha": 0.9, "beta": 3.0}.items():
        assert abs(result.parameters[name] - value) < 4 * result.standard_errors[name]
    split = pd.concat(
        [
            cells.assign(at_risk_count=cells["renewed_count"]),
            cells.assign(at_risk_count=cells["at_risk_count"] - cells["renewed_count"], renewed_count=0),
        ]
    )
    assert sbg.fit(split.sample(frac=1, random_state=1)).parameters == result.parameters


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("survivors", "status"),
    [
        ([1000, 1000, 1000], "no_churn_signal"),
        ([1000, 990, 985], "no_churn_signal"),
        ([1000, 0, 0], "too_few_repeaters"),
        ([1000, 600], "too_few_repeaters"),
        ([1000, 500, 250, 125], "ok"),
        ([50, 20, 10, 5], "ok"),
        ([0, 0], "no_customers"),
    ],
)
def test_extreme_retention_stays_finite_and_has_the_status(survivors: list[int], status: str) -> None:
    result = sbg.fit(retention_of(survivors), minimum_churned_customers=20)
    assert result.status == status
    if status != "no_customers":
        assert np.isfinite([*result.parameters.values(), result.log_likelihood]).all()
        lifetimes = sbg.discounted_expected_residual_lifetime(
            result.parameters, [1, 12, 500], discount_rate=0.01
        )
        assert ((lifetimes >= 0) & (lifetimes <= 101)).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 5000), st.floats(0, 1)), max_size=15))
def test_any_retention_has_a_status_and_rates_between_0_and_1(rows: list[tuple[int, int, float]]) -> None:
    cells = pd.DataFrame(
        [(t, at_risk, int(at_risk * share)) for t, at_risk, share in rows],
        columns=["renewal_period", "at_risk_count", "renewed_count"],
    )
    result = sbg.fit(cells)
    assert result.status in STATUSES
    if result.status != "no_customers":
        rates = sbg.retention_rate(result.parameters, np.arange(1, 100))
        assert ((rates > 0) & (rates < 1)).all()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"renewed_count": [1100.0, 10.0]}, "renewed_count: 1 rows are above at_risk_count"),
        ({"renewal_period": [0, 1.5]}, "renewal_period: 2 rows are below 1 or not whole"),
        ({"at_risk_count": [np.nan, 100.0]}, "at_risk_count: 1 rows are not finite"),
    ],
)
def test_fit_refuses_impossible_retention(change: dict[str, list], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        sbg.fit(retention_of([1000, 600, 400]).assign(**change))


@pytest.mark.parametrize("discount_rate", [0.0, -0.1, np.nan])
def test_residual_lifetime_needs_a_discount(discount_rate: float) -> None:
    with pytest.raises(ValueError, match="discount_rate"):
        sbg.discounted_expected_residual_lifetime({"alpha": 1, "beta": 1}, 1, discount_rate=discount_rate)
