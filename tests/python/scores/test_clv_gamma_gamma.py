"""Gamma-Gamma spend: published figures, invariants, extremes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segmentation.clv import gamma_gamma
from customer_segmentation.clv.fitting import STATUSES

SPEND = ["repeat_purchase_count", "mean_repeat_spend_amount", "customers_count"]


def frame_of(x: object, spend: object, n: object = 1) -> pd.DataFrame:
    return pd.DataFrame(
        dict(zip(SPEND, np.broadcast_arrays(*map(np.atleast_1d, (x, spend, n))), strict=True))
    )


def planted(*, size: int = 8000, p: float = 6.0, q: float = 4.0, gamma: float = 15.0) -> pd.DataFrame:
    random = np.random.default_rng(11)
    x = 1 + random.poisson(2.0, size)
    rate = random.gamma(q, 1 / gamma, size)
    return frame_of(x, random.gamma(p * x, 1 / (rate * x)))


def test_fit_reproduces_the_published_figures_of_cdnow(cdnow: pd.DataFrame) -> None:
    result = gamma_gamma.fit(cdnow)
    assert result.status == "ok"
    assert result.customers_count == 946
    assert result.ignored_rows_count == 2357 - 946
    assert result.parameters == pytest.approx({"p": 6.24957, "q": 3.74422, "gamma": 15.44352}, abs=5e-4)
    assert result.log_likelihood == pytest.approx(-4055.9177, abs=1e-3)
    assert gamma_gamma.log_likelihood(result.parameters, cdnow) == pytest.approx(
        result.log_likelihood, abs=1e-6
    )
    assert gamma_gamma.population_mean_spend(result.parameters) == pytest.approx(35.17, abs=5e-3)
    first_ten = cdnow.iloc[:10]
    spend = gamma_gamma.expected_spend(
        result.parameters, first_ten["repeat_purchase_count"], first_ten["mean_repeat_spend_amount"]
    )
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert spend == pytest.approx(published, abs=5e-3)


def test_gradient_is_that_of_finite_differences() -> None:
    random = np.random.default_rng(2)
    x, z = np.array([1.0, 1, 3, 40, 1500]), np.array([0.01, 1.0, 2.0, 0.7, 300.0])
    for _ in range(20):
        parameters = np.exp(random.uniform(-1.5, 2, 3))
        _, gradient = gamma_gamma.cell_likelihood(parameters, x, z)
        for index, value in enumerate(parameters):
            step = np.eye(3)[index] * value * 1e-5
            ahead, behind = (
                gamma_gamma.cell_likelihood(parameters + sign * step, x, z)[0] for sign in (1, -1)
            )
            difference = (ahead - behind) / (2 * value * 1e-5)
            assert gradient[index] == pytest.approx(difference, rel=2e-5, abs=1e-4)


def test_fit_recovers_planted_parameters() -> None:
    result = gamma_gamma.fit(planted())
    assert result.status == "ok"
    for name, value in {"p": 6.0, "q": 4.0, "gamma": 15.0}.items():
        assert abs(result.parameters[name] - value) < 4 * result.standard_errors[name]
    assert gamma_gamma.population_mean_spend(result.parameters) == pytest.approx(30, rel=0.03)


@pytest.mark.parametrize("factor", [0.01, 1000.0])
def test_fit_does_not_depend_on_the_unit_of_money(factor: float, cdnow: pd.DataFrame) -> None:
    one = gamma_gamma.fit(cdnow)
    other = gamma_gamma.fit(cdnow.assign(mean_repeat_spend_amount=cdnow["mean_repeat_spend_amount"] * factor))
    for name, value in one.parameters.items():
        scale = factor if name == "gamma" else 1.0
        assert other.parameters[name] == pytest.approx(value * scale, rel=1e-6)
    assert other.log_likelihood == pytest.approx(one.log_likelihood - 946 * np.log(factor), abs=1e-5)


def test_fit_ignores_the_order_and_the_grouping_of_rows(cdnow: pd.DataFrame) -> None:
    one = gamma_gamma.fit(cdnow)
    grouped = cdnow.groupby(SPEND[:2], as_index=False)["customers_count"].sum()
    for other in (gamma_gamma.fit(cdnow.sample(frac=1, random_state=1)), gamma_gamma.fit(grouped)):
        assert other.parameters == one.parameters


def test_rows_the_model_does_not_concern_are_counted_and_change_nothing() -> None:
    cells = planted(size=500)
    more = frame_of([0, 0, 3, 3, 2], [np.nan, 10.0, 0.0, -5.0, np.nan])
    result = gamma_gamma.fit(pd.concat([cells, more]))
    assert result.ignored_rows_count == 5
    assert result.parameters == gamma_gamma.fit(cells).parameters
    assert gamma_gamma.fit(more).status == "no_customers"
    assert gamma_gamma.fit(more).ignored_rows_count == 5


def test_expected_spend_lies_between_the_population_mean_and_the_own_mean(cdnow: pd.DataFrame) -> None:
    params = gamma_gamma.fit(cdnow).parameters
    mean = gamma_gamma.population_mean_spend(params)
    x = np.array([1, 5, 50, 1500])
    for own in (1.0, 200.0):
        expected = gamma_gamma.expected_spend(params, x, own)
        assert ((expected > min(mean, own)) & (expected < max(mean, own))).all()
        assert (np.diff(np.abs(expected - own)) < 0).all()
    assert gamma_gamma.expected_spend(params, [0, 3, 3, 3], [50.0, 0.0, -1.0, np.nan]) == pytest.approx(
        [mean] * 4
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "cells",
    [
        frame_of(np.full(50, 3), 20.0),
        frame_of(1, np.geomspace(1e-6, 1e9, 60)),
        frame_of(np.arange(1, 1501, 10), np.linspace(5, 500, 150)),
        frame_of(1, [10.0]),
        frame_of(1, np.append(np.linspace(10, 20, 99), 1e12)),
        frame_of([1, 2], [10.0, 20.0], 10_000_000),
    ],
    ids=[
        "all_equal",
        "fifteen_decades",
        "1500_purchases",
        "one_customer",
        "one_absurd_amount",
        "ten_million",
    ],
)
def test_extreme_spend_stays_finite_bounded_and_has_a_status(cells: pd.DataFrame) -> None:
    result = gamma_gamma.fit(cells, minimum_repeat_customers=20)
    assert result.status in STATUSES
    assert np.isfinite([*result.parameters.values(), result.log_likelihood]).all()
    expected = gamma_gamma.expected_spend(result.parameters, cells[SPEND[0]], cells[SPEND[1]])
    assert np.isfinite(expected).all()
    assert (expected > 0).all()
    assert result.parameters["q"] > 1
    if len(cells) == 1:
        assert result.status == "too_few_repeaters"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.floats(0.01, 1e6), st.integers(1, 50)), min_size=1, max_size=20
    )
)
def test_any_spend_gets_finite_parameters_or_no_customers(rows: list[tuple]) -> None:
    result = gamma_gamma.fit(frame_of(*(np.array(column, dtype=float) for column in zip(*rows, strict=True))))
    assert result.status in STATUSES
    assert (result.status == "no_customers") == (not any(row[0] for row in rows))
    assert np.isfinite(list(result.parameters.values())).all() == (result.status != "no_customers")


def test_spend_correlation_weighs_cells_and_resists_one_huge_order() -> None:
    cells = frame_of([1, 2, 3, 4], [10.0, 20, 30, 40], [4, 3, 2, 1])
    one_by_one = cells.loc[cells.index.repeat(cells["customers_count"])].assign(customers_count=1)
    grouped, single = gamma_gamma.spend_correlation(cells), gamma_gamma.spend_correlation(one_by_one)
    assert grouped == single
    assert grouped.customers_count == 10
    assert grouped.pearson == pytest.approx(1)
    assert grouped.spearman == pytest.approx(1)
    random = np.random.default_rng(1)
    x, z = random.poisson(3, 500) + 1, random.gamma(4, 10, 500)
    assert abs(gamma_gamma.spend_correlation(frame_of(x, z)).pearson) < 0.12
    both = gamma_gamma.spend_correlation(frame_of(np.append(x, 400), np.append(z, 1e6)))
    assert both.pearson > 0.9
    assert abs(both.spearman) < 0.12
    assert both.spearman == pytest.approx(
        pd.Series(np.append(x, 400)).corr(pd.Series(np.append(z, 1e6)), method="spearman")
    )
    assert np.isnan(gamma_gamma.spend_correlation(frame_of(1, [5.0, 6.0])).pearson)
    assert np.isnan(gamma_gamma.spend_correlation(frame_of(0, [np.nan])).pearson)


def test_spend_correlation_of_cdnow_is_weak(cdnow: pd.DataFrame) -> None:
    correlation = gamma_gamma.spend_correlation(cdnow)
    assert correlation.customers_count == 946
    assert correlation.pearson == pytest.approx(0.1139, abs=1e-3)


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (frame_of([1, 1], [1.0, np.inf]), "mean_repeat_spend_amount: 1 rows are not finite"),
        (frame_of([-1, 1], [1.0, 2.0]), "repeat_purchase_count: 1 rows are negative"),
        (frame_of([1, 1], [1.0, 2.0]).drop(columns=SPEND[1]), "missing column: mean_repeat_spend_amount"),
    ],
)
def test_fit_refuses_impossible_spend(cells: pd.DataFrame, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        gamma_gamma.fit(cells)
