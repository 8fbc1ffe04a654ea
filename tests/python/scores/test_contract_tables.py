"""Contracts: which level's retention is used and why, and the value of a contract against a plain sum over months."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.clv import shifted_beta_geometric as sbg
from customer_segmentation.clv.contract_tables import (
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    FIT_COLUMNS,
    VALUE_COLUMNS,
    contract_values,
    fit_contract_models,
)

LIMITS = {"minimum_ended_count": 30, "minimum_due_count": 20}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def counts(survivors: list[int], plan: str = "basic", interval: str = "month") -> pd.DataFrame:
    """Retention counts of one cohort: survivors after 0, 1, 2, ... renewals."""
    return pd.DataFrame(
        {
            "plan_group": plan,
            "billing_interval": interval,
            "interval_months": MONTHS[interval],
            "renewal_period": np.arange(1, len(survivors)),
            "at_risk_count": survivors[:-1],
            "renewed_count": survivors[1:],
        }
    )


def row(fits: pd.DataFrame, plan: str = "basic", interval: str = "month") -> pd.Series:
    return fits.set_index(["plan_group", "billing_interval"]).loc[(plan, interval)]


def ages(plan: str = "basic", interval: str = "month", **changed: object) -> pd.DataFrame:
    values = {
        "plan_group": plan,
        "billing_interval": interval,
        "interval_months": MONTHS[interval],
        "next_renewal_period": 1,
        "days_to_renewal": [10],
        "growth_ratio": 0.0,
    }
    return pd.DataFrame({**values, **changed})


def one_fit(model: str = "sbg", interval: str = "month", **changed: float) -> pd.DataFrame:
    values = {"alpha": 0.7, "beta": 2.2, "constant_retention_ratio": 0.9, **changed}
    return pd.DataFrame(
        {"plan_group": "basic", "billing_interval": interval, "model": model, **values}, index=[0]
    )


def test_a_group_with_enough_ended_contracts_has_the_fit_of_its_own_counts() -> None:
    retention = counts([1000, 869, 743, 653, 593])
    fits = fit_contract_models(retention, **LIMITS)
    own = sbg.fit(retention)
    found = row(fits)
    assert (found["fit_level"], found["model"], found["status"]) == ("plan", "sbg", "ok")
    assert (found["alpha"], found["beta"]) == (own.parameters["alpha"], own.parameters["beta"])
    assert found["alpha_standard_error"] == own.standard_errors["alpha"]
    assert found["log_likelihood"] == own.log_likelihood
    assert (found["at_risk_count"], found["churned_count"]) == (1000 + 869 + 743 + 653, 407)


def test_a_group_with_too_few_ended_contracts_takes_its_billing_interval_and_says_so() -> None:
    retention = pd.concat(
        [counts([1000, 869, 743, 653]), counts([40, 25, 20], "team"), counts([900, 300, 200], "team", "year")]
    )
    fits = fit_contract_models(retention, **LIMITS)
    found, pool = row(fits, "team"), row(fits, "all_plans")
    assert (found["fit_level"], found["model"], found["status"]) == ("interval", "sbg", "too_few_ended")
    assert (found["alpha"], found["beta"]) == (pool["alpha"], pool["beta"])
    pooled = sbg.fit(pd.concat([counts([1000, 869, 743, 653]), counts([40, 25, 20], "team")])).parameters
    assert (pool["alpha"], pool["beta"]) == (pooled["alpha"], pooled["beta"])
    assert (pool["fit_level"], pool["status"]) == ("interval", "ok")
    assert (found["at_risk_count"], found["churned_count"]) == (40 + 25, 20)


def test_the_threshold_of_ended_contracts_is_inclusive() -> None:
    retention = pd.concat([counts([1000, 900, 850]), counts([100, 80, 70], "team")])
    assert row(fit_contract_models(retention, **LIMITS), "team")["fit_level"] == "plan"
    one_more = {**LIMITS, "minimum_ended_count": 31}
    assert row(fit_contract_models(retention, **one_more), "team")["fit_level"] == "interval"


def test_an_interval_with_too_few_ended_contracts_has_a_constant_rate() -> None:
    fits = fit_contract_models(pd.concat([counts([100, 95, 90]), counts([9, 7], "team", "year")]), **LIMITS)
    found = row(fits)
    assert (found["fit_level"], found["model"], found["status"]) == (
        "interval",
        "constant_churn",
        "too_few_ended",
    )
    assert found["constant_retention_ratio"] == pytest.approx((95 + 90 + 0.5) / (100 + 95 + 1))
    assert np.isnan(found["alpha"])


def test_an_interval_with_few_due_renewals_takes_the_rate_of_all_contracts_over_its_months() -> None:
    fits = fit_contract_models(
        pd.concat([counts([1000, 950, 902, 857]), counts([3, 3], "team", "year")]), **LIMITS
    )
    found = row(fits, "team", "year")
    assert (found["fit_level"], found["model"], found["status"]) == (
        "all",
        "constant_churn",
        "no_churn_signal",
    )
    monthly = row(fits, "all_plans", "all_intervals")["constant_retention_ratio"]
    assert monthly == pytest.approx(0.95, abs=2e-3)
    assert found["constant_retention_ratio"] == pytest.approx(monthly**12)


@pytest.mark.filterwarnings("error")
def test_nobody_churned_is_a_long_life_and_no_eternal_one() -> None:
    fits = fit_contract_models(counts([500, 500, 500]), **LIMITS)
    found = row(fits)
    assert (found["fit_level"], found["model"], found["status"]) == (
        "interval",
        "constant_churn",
        "no_churn_signal",
    )
    assert found["constant_retention_ratio"] == pytest.approx(1 - 0.5 / 1001)
    assert 0.999 < row(fits, "all_plans", "all_intervals")["constant_retention_ratio"] < 1


@pytest.mark.filterwarnings("error")
def test_everybody_churned_leaves_a_rate_near_zero() -> None:
    fits = fit_contract_models(counts([1_000_000, 0]), **LIMITS)
    found = row(fits)
    assert (found["model"], found["status"]) == ("constant_churn", "too_few_renewals")
    assert 0 < found["constant_retention_ratio"] < 1e-6
    values = contract_values(fits, ages(days_to_renewal=[30]), horizon_days=1095, annual_discount_rate=0.1)
    assert values["discounted_months"][0] == pytest.approx(30 / DAYS_PER_MONTH, rel=0.01)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("survivors", [[1, 1], [1, 0], [0, 0], [19, 18]])
def test_one_contract_or_a_few_are_too_little_history(survivors: list[int]) -> None:
    fits = fit_contract_models(counts(survivors), **LIMITS)
    assert set(fits["status"]) == {"too_little_history"}
    assert set(fits["model"]) == {"present_amount"}
    values = contract_values(fits, ages(), horizon_days=1095, annual_discount_rate=0.1)
    assert values["discounted_months"].tolist() == [12.0]
    assert values[["retention_ratio", "discounted_months_to_infinity"]].isna().all(axis=None)


def test_no_contracts_give_typed_frames_with_the_pool_only() -> None:
    fits = fit_contract_models(counts([1, 1]).iloc[:0], **LIMITS)
    assert fits[["plan_group", "status"]].to_numpy().tolist() == [["all_plans", "too_little_history"]]
    full = fit_contract_models(counts([1000, 869, 743]), **LIMITS)
    assert fits.dtypes.to_dict() == full.dtypes.to_dict()
    assert list(fits.columns) == list(FIT_COLUMNS)
    empty = contract_values(full, ages().iloc[:0], horizon_days=1095, annual_discount_rate=0.1)
    assert list(empty.columns) == list(VALUE_COLUMNS)
    one = contract_values(full, ages(), horizon_days=1095, annual_discount_rate=0.1)
    assert empty.dtypes.to_dict() == one.dtypes.to_dict()


def test_fits_do_not_depend_on_the_order_of_rows() -> None:
    retention = pd.concat([counts([1000, 869, 743, 653]), counts([40, 25, 20], "team")])
    shuffled = retention.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        fit_contract_models(retention, **LIMITS), fit_contract_models(shuffled, **LIMITS)
    )


@pytest.mark.parametrize("interval", ["month", "quarter", "year"])
@pytest.mark.parametrize("model", ["sbg", "constant_churn"])
@pytest.mark.parametrize(
    ("growth", "discount", "horizon"), [(0.0, 0.1, 1095), (0.2, 0.1, 1095), (-0.2, 0.0, 400), (0.1, 0.1, 20)]
)
def test_months_are_the_sum_over_days_of_what_is_still_paid(
    interval: str, model: str, growth: float, discount: float, horizon: int
) -> None:
    fits = one_fit(model, interval)
    next_period, days = 3, np.array([1, 17, 28])
    rows = ages(interval=interval, next_renewal_period=next_period, days_to_renewal=days, growth_ratio=growth)
    values = contract_values(fits, rows, horizon_days=horizon, annual_discount_rate=discount)
    step = 0.01
    time = np.arange(step / 2, horizon, step)
    for position, to_renewal in enumerate(days):
        renewals = np.maximum(
            np.floor((time - to_renewal) / (MONTHS[interval] * DAYS_PER_MONTH)) + 1, 0
        ).astype(int)
        made = (
            sbg.survival({"alpha": 0.7, "beta": 2.2}, next_period - 1 + np.arange(renewals.max() + 1))
            if model == "sbg"
            else 0.9 ** np.arange(renewals.max() + 1.0)
        )
        paid = (made / made[0])[renewals] * ((1 + growth) / (1 + discount)) ** (time / DAYS_PER_YEAR)
        assert values["discounted_months"][position] == pytest.approx(
            paid.sum() * step / DAYS_PER_MONTH, rel=1e-4
        )


@pytest.mark.parametrize("model", ["sbg", "constant_churn"])
def test_without_end_is_the_limit_of_a_long_horizon(model: str) -> None:
    fits, rows = one_fit(model, "year"), ages(interval="year", days_to_renewal=[100], next_renewal_period=4)
    near = contract_values(fits, rows, horizon_days=1095, annual_discount_rate=0.1)
    far = contract_values(fits, rows, horizon_days=36_525, annual_discount_rate=0.1)
    assert near["discounted_months_to_infinity"][0] == pytest.approx(far["discounted_months"][0], rel=1e-4)
    assert near["discounted_periods_to_infinity"][0] == pytest.approx(far["discounted_periods"][0], rel=1e-4)
    assert near["discounted_months"][0] < near["discounted_months_to_infinity"][0]


def test_without_end_the_amount_stays_as_it_is_at_the_horizon() -> None:
    rows = pd.concat([ages(growth_ratio=growth) for growth in (0.0, 0.2)], ignore_index=True)
    values = contract_values(one_fit(), rows, horizon_days=730, annual_discount_rate=0.1)
    after = values["discounted_months_to_infinity"] - values["discounted_months"]
    assert after[1] == pytest.approx(after[0] * 1.2 ** (730 / DAYS_PER_YEAR))


def test_an_older_contract_renews_with_a_higher_probability_and_brings_more() -> None:
    rows = ages(days_to_renewal=10, next_renewal_period=np.arange(1, 40))
    values = contract_values(one_fit(), rows, horizon_days=1095, annual_discount_rate=0.1)
    assert values["retention_ratio"].to_numpy() == pytest.approx(
        sbg.retention_rate({"alpha": 0.7, "beta": 2.2}, np.arange(1, 40))
    )
    assert (values["discounted_months"].diff()[1:] > 0).all()
    assert (values["discounted_months_to_infinity"] >= values["discounted_months"]).all()


def test_published_residual_lifetime_of_the_high_end_plan() -> None:
    """DERL with alpha .668, beta 3.806 and 10 % a year, by its definition as a sum over survivors."""
    fits = one_fit(interval="year", alpha=0.66809, beta=3.80610)
    rows = ages(interval="year", days_to_renewal=[0])
    values = contract_values(fits, rows, horizon_days=1095, annual_discount_rate=0.1)
    ahead = np.arange(3000)
    survivors = sbg.survival({"alpha": 0.66809, "beta": 3.80610}, ahead + 1)
    assert values["discounted_periods_to_infinity"][0] == pytest.approx(survivors @ 1.1**-ahead, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"next_renewal_period": 0}, "next_renewal_period: 1 rows are below 1"),
        ({"growth_ratio": -1.0}, "growth_ratio: 1 rows are not above -1"),
        ({"days_to_renewal": [-1]}, "days_to_renewal: 1 rows are negative"),
        ({"plan_group": "unheard_of"}, "plan_group: 1 rows have no fit"),
    ],
)
def test_values_refuse_impossible_ages(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        contract_values(one_fit(), ages(**change), horizon_days=1095, annual_discount_rate=0.1)


def test_fits_refuse_impossible_counts() -> None:
    with pytest.raises(ValueError, match="renewed_count: 1 rows are above at_risk_count"):
        fit_contract_models(counts([10, 12, 3]), **LIMITS)
    with pytest.raises(ValueError, match="missing column: plan_group"):
        fit_contract_models(counts([10, 2]).drop(columns="plan_group"), **LIMITS)
