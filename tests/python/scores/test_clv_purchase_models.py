"""BG/NBD, MBG/NBD, Pareto/NBD and NBD: published figures, exact expectations, invariants, extremes."""

from __future__ import annotations

from itertools import pairwise
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.special import gamma as gamma_function
from scipy.special import hyp2f1
from scipy.stats import beta as beta_distribution

from customer_segmentation.clv import bg_nbd, mbg_nbd, nbd, pareto_nbd
from customer_segmentation.clv.beta_geometric import beta_quadrature
from customer_segmentation.clv.discounting import WEEKS_PER_YEAR, discounted_purchases_if_alive
from customer_segmentation.clv.fitting import STATUSES
from customer_segmentation.clv.purchase_histories import cells_from_frame

HISTORY = ["repeat_purchase_count", "recency_weeks", "age_weeks", "customers_count"]
DROPOUT_MODELS = [bg_nbd, mbg_nbd, pareto_nbd]
MODELS = [nbd, *DROPOUT_MODELS]
PUBLISHED = {
    bg_nbd: ({"r": 0.24259, "alpha": 4.41360, "a": 0.79292, "b": 2.42591}, -9582.4292),
    mbg_nbd: ({"r": 0.52484, "alpha": 6.18309, "a": 0.89136, "b": 1.61399}, -9582.1357),
    pareto_nbd: ({"r": 0.55328, "alpha": 10.57768, "s": 0.60624, "beta": 11.6687}, -9594.9762),
}
CDNOW = {model: params for model, (params, _) in PUBLISHED.items()}


def name_of(model: ModuleType) -> str:
    return model.MODEL


def frame_of(x: object, t_x: object, T: object, n: object = 1) -> pd.DataFrame:
    return pd.DataFrame(
        dict(zip(HISTORY, np.broadcast_arrays(*map(np.atleast_1d, (x, t_x, T, n))), strict=True))
    )


def columns_of(histories: pd.DataFrame) -> list[pd.Series]:
    return [histories[column] for column in HISTORY[:3]]


# Published figures


@pytest.mark.parametrize("model", DROPOUT_MODELS, ids=name_of)
def test_fit_reproduces_the_published_figures_of_cdnow(model: ModuleType, cdnow: pd.DataFrame) -> None:
    result = model.fit(cdnow)
    params, log_likelihood = PUBLISHED[model]
    assert result.status == "ok"
    assert (result.customers_count, result.repeat_customers_count) == (2357, 946)
    assert result.parameters == pytest.approx(params, abs=5e-4)
    assert result.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    assert model.log_likelihood(result.parameters, cdnow) == pytest.approx(result.log_likelihood, abs=1e-6)
    assert all(0 < error < 10 for error in result.standard_errors.values())


def test_expected_purchases_of_the_published_customer(cdnow: pd.DataFrame) -> None:
    params = bg_nbd.fit(cdnow).parameters
    assert bg_nbd.expected_purchases(params, 39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize("model", DROPOUT_MODELS, ids=name_of)
def test_holdout_of_cdnow_is_at_least_as_good_as_published(
    model: ModuleType, cdnow: pd.DataFrame, cdnow_purchases: pd.DataFrame, holdout_purchases
) -> None:
    actual = holdout_purchases(cdnow_purchases, cdnow.index)
    predicted = model.expected_purchases(model.fit(cdnow).parameters, 39, *columns_of(cdnow))
    assert actual.sum() == 1882
    assert np.abs(predicted - actual).mean() <= 0.7855
    assert np.sqrt(((predicted - actual) ** 2).mean()) <= 1.6085
    assert np.corrcoef(predicted, actual)[0, 1] >= 0.6255
    if model is bg_nbd:
        assert predicted.sum() == pytest.approx(1653, abs=1)
    # The naive baseline: the next 39 weeks will be like the last.
    naive = cdnow["repeat_purchase_count"] / cdnow["age_weeks"] * 39
    assert np.abs(predicted - actual).mean() < np.abs(naive - actual).mean()


def test_all_cdnow_customers_fit_like_the_published_tenth(
    cdnow: pd.DataFrame,
    cdnow_master_purchases: pd.DataFrame,
    cdnow_purchases: pd.DataFrame,
    holdout_purchases,
    histories_at,
) -> None:
    master = histories_at(cdnow_master_purchases)
    sampled = cdnow_purchases.drop_duplicates("customer").set_index("customer")["master_id"].loc[cdnow.index]
    assert len(master) == 23570
    for column in HISTORY[:3]:
        assert master.loc[sampled, column].to_numpy() == pytest.approx(cdnow[column].to_numpy())
    result = bg_nbd.fit(master)
    published, _ = PUBLISHED[bg_nbd]
    sample_errors = bg_nbd.fit(cdnow).standard_errors
    assert result.status == "ok"
    for name, value in result.parameters.items():
        assert abs(value - published[name]) < 3 * sample_errors[name]
    predicted = bg_nbd.expected_purchases(result.parameters, 39, *columns_of(master)).sum()
    assert predicted == pytest.approx(holdout_purchases(cdnow_master_purchases, master.index).sum(), rel=0.15)


# Likelihoods, gradients and expectations against independent formulas


@pytest.mark.parametrize("x", [0, 1, 4])
def test_log_likelihood_is_the_formula_in_plain_functions(x: int) -> None:
    t_x, T = (0.0, 30.0) if x == 0 else (21.0, 30.0)
    histories = frame_of(x, t_x, T)
    r, al, a, b = CDNOW[bg_nbd].values()
    scale = gamma_function(r + x) * al**r / gamma_function(r)
    dropped = a / (b + x - 1) * (al + t_x) ** -(r + x) if x else 0.0
    bg = beta_function(a, b + x) / beta_function(a, b) * scale * ((al + T) ** -(r + x) + dropped)
    assert bg_nbd.log_likelihood(CDNOW[bg_nbd], histories) == pytest.approx(np.log(bg), rel=1e-12)
    mbg = scale * (
        beta_function(a, b + x + 1) / beta_function(a, b) * (al + T) ** -(r + x)
        + beta_function(a + 1, b + x) / beta_function(a, b) * (al + t_x) ** -(r + x)
    )
    assert mbg_nbd.log_likelihood(CDNOW[bg_nbd], histories) == pytest.approx(np.log(mbg), rel=1e-12)


@pytest.mark.parametrize(
    "params", [(0.55, 10.6, 0.6, 11.7), (0.55, 10.6, 0.6, 2.0), (2.0, 5.0, 1.5, 5.0), (0.02, 0.1, 3.0, 400.0)]
)
@pytest.mark.parametrize(
    "history", [(0, 0.0, 38.9), (1, 2.0, 38.9), (3, 38.0, 38.9), (7, 20.0, 20.0), (40, 30.0, 39.0)]
)
def test_pareto_likelihood_and_alive_are_the_integral_over_the_time_of_dropping_out(
    params: tuple[float, ...], history: tuple[float, ...]
) -> None:
    r, al, s, be = params
    x, t_x, T = history
    named = dict(zip(pareto_nbd.PARAMETERS, params, strict=True))
    peak = (al + t_x) ** -(r + x)

    def dropping_out(y: float) -> float:
        return s * ((al + y) / (al + t_x)) ** -(r + x) * (be + y) ** -(s + 1)

    alive = ((al + T) / (al + t_x)) ** -(r + x) * (be + T) ** -s
    dropped = quad(dropping_out, t_x, T, epsabs=0, epsrel=1e-12, limit=400)[0]
    log_scale = np.log(peak) + r * np.log(al) + s * np.log(be) + np.sum(np.log(r + np.arange(x)))
    expected = log_scale + np.log(alive + dropped)
    assert pareto_nbd.log_likelihood(named, frame_of(x, t_x, T)) == pytest.approx(expected, rel=1e-9)
    assert pareto_nbd.probability_alive(named, x, t_x, T) == pytest.approx(
        alive / (alive + dropped), rel=1e-9
    )


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_gradient_is_that_of_finite_differences(model: ModuleType) -> None:
    random = np.random.default_rng(5)
    x = np.array([0, 0, 1, 1, 2, 7, 60, 1500])
    T = np.array([0.0, 5.0, 0.3, 8.0, 8.0, 9.0, 30.0, 215.0])
    cells = cells_from_frame(frame_of(x, np.where(x > 0, T * [1, 1, 1, 0.1, 0.9, 0.5, 0.99, 0.97], 0.0), T))
    for _ in range(25):
        parameters = np.exp(random.uniform(-2, 2, len(model.PARAMETERS)))
        _, gradient = model.cell_likelihood(parameters, cells)
        for index, value in enumerate(parameters):
            step = np.zeros(len(parameters))
            step[index] = 1e-5 * value
            ahead, behind = (model.cell_likelihood(parameters + sign * step, cells)[0] for sign in (1, -1))
            difference = (ahead - behind) / (2 * step[index])
            size = np.abs(ahead) * 1e-11 / step[index] + 1e-6 * np.abs(difference) + 1e-8
            assert (np.abs(gradient[index] - difference) <= size).all()


@pytest.mark.parametrize(("model", "k"), [(bg_nbd, 0), (mbg_nbd, 1)], ids=["bg_nbd", "mbg_nbd"])
def test_expected_purchases_if_alive_is_eulers_form_where_that_is_exact(model: ModuleType, k: int) -> None:
    r, al, a, b = CDNOW[model].values()
    x, T, t = (grid.ravel() for grid in np.meshgrid([0, 1, 2, 10, 29], [0.0, 1, 38.86], [1.0, 13, 39, 52]))
    w = t / (al + T + t)
    whole = a + b + x + k - 1
    euler = whole / (a - 1) * (1 - (1 - w) ** (a - 1) * hyp2f1(whole - r - x, a - 1, whole, w))
    assert model.expected_purchases_if_alive(CDNOW[model], t, x, T) == pytest.approx(euler, rel=1e-10)
    direct = whole / (a - 1) * (1 - (1 - w) ** (r + x) * hyp2f1(r + x, b + x + k, whole, w))
    assert model.expected_purchases_if_alive(CDNOW[model], t, x, T) == pytest.approx(direct, rel=1e-7)


@pytest.mark.parametrize("a", [0.02, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 1.5, 30.0])
@pytest.mark.parametrize("t", [1e-9, 0.1, 13.0, 260.0])
@pytest.mark.parametrize("x", [0, 3, 250])
def test_expected_purchases_if_alive_is_the_mean_over_the_dropout_probability(
    a: float, t: float, x: int
) -> None:
    r, al, b, T = 0.6, 3.0, 2.5, 60.0

    def given_dropout(p: float) -> float:
        return -np.expm1(-(r + x) * np.log1p(p * t / (al + T))) / p

    # Substituting p = u^(1/a) takes the spike of the Beta density at 0 away.
    density = beta_distribution(a, b + x)
    power = 1 / min(a, 1.0)

    def integrand(u: float) -> float:
        p = u**power
        return given_dropout(p) * np.exp(density.logpdf(p)) * power * p / u

    edges = [1e-300, *density.ppf([0.5]) ** (1 / power), 1 - 1e-15]
    mean = sum(quad(integrand, *ends, epsabs=0, epsrel=1e-11, limit=500)[0] for ends in pairwise(edges))
    params = {"r": r, "alpha": al, "a": a, "b": b}
    assert bg_nbd.expected_purchases_if_alive(params, t, x, T) == pytest.approx(mean, rel=1e-7)


@pytest.mark.parametrize(("a", "b"), [(0.01, 0.02), (1, 1), (0.8, 2.4), (3, 1500), (8000, 0.5), (8000, 8000)])
def test_beta_quadrature_has_the_moments_of_the_distribution(a: float, b: float) -> None:
    p, weight = beta_quadrature(a, b)
    distribution = beta_distribution(a, b)
    assert weight.sum() == pytest.approx(1)
    assert ((p > 0) & (p <= 1 + 1e-12)).all()
    for order in (1, 2, 3):
        assert weight @ p**order == pytest.approx(distribution.moment(order), rel=1e-9)


def test_pareto_expected_purchases_is_continuous_at_s_of_one() -> None:
    values = [
        float(pareto_nbd.expected_purchases({"r": 0.5, "alpha": 10, "s": s, "beta": 12}, 39, 2, 30.0, 38.0))
        for s in (1 - 1e-7, 1.0, 1 + 1e-7)
    ]
    assert values == pytest.approx([values[1]] * 3, rel=1e-6)


def test_pareto_expected_purchases_is_the_published_formula() -> None:
    r, al, s, be = CDNOW[pareto_nbd].values()
    x, t_x, T, t = 2, 30.43, 38.86, 39
    factor = (r + x) * (be + T) / ((al + T) * (s - 1)) * (1 - ((be + T) / (be + T + t)) ** (s - 1))
    expected = factor * pareto_nbd.probability_alive(CDNOW[pareto_nbd], x, t_x, T)
    assert pareto_nbd.expected_purchases(CDNOW[pareto_nbd], t, x, t_x, T) == pytest.approx(
        expected, rel=1e-10
    )


def test_one_time_buyers_fade_with_age_except_in_bg_nbd() -> None:
    ages = np.array([1.0, 10, 30, 60])
    assert (bg_nbd.probability_alive(CDNOW[bg_nbd], 0, 0.0, ages) == 1).all()
    for model in (mbg_nbd, pareto_nbd):
        alive = model.probability_alive(CDNOW[model], 0, 0.0, ages)
        assert (np.diff(alive) < 0).all()
        assert alive[0] < 1


@pytest.mark.parametrize("model", DROPOUT_MODELS, ids=name_of)
def test_discounted_purchases_lie_between_none_and_the_undiscounted(model: ModuleType) -> None:
    x, T = np.array([0, 1, 5]), np.array([3.0, 20, 38])
    plain = model.expected_purchases_if_alive(CDNOW[model], WEEKS_PER_YEAR, x, T)
    at_rate = [
        discounted_purchases_if_alive(
            model.expected_purchases_if_alive, CDNOW[model], WEEKS_PER_YEAR, x, T, annual_discount_rate=rate
        )
        for rate in (0.0, 0.1, 0.5)
    ]
    assert at_rate[0] == pytest.approx(plain, rel=1e-10)
    assert (at_rate[1] < at_rate[0]).all()
    assert (at_rate[2] < at_rate[1]).all()
    # More than if everything were paid at the end of the year.
    assert (at_rate[1] > plain / 1.1).all()


def test_purchases_of_a_period_are_discounted_from_its_middle() -> None:
    def one_a_week(params: dict[str, float], horizon: ArrayLike, x: object, T: object) -> np.ndarray:
        return np.broadcast_arrays(horizon, x)[0]

    half = WEEKS_PER_YEAR / 2
    discounted = discounted_purchases_if_alive(
        one_a_week, {}, 1.5 * half, [0, 1], [1.0, 2.0], annual_discount_rate=0.21, period_weeks=half
    )
    # Periods of half and a quarter of a year, with their middles after a quarter and 5/8 of a year.
    expected = half * 1.21**-0.25 + half / 2 * 1.21**-0.625
    assert discounted == pytest.approx([expected, expected], rel=1e-12)


# Planted parameters


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_fit_recovers_planted_parameters_and_predicts_what_followed(model: ModuleType, simulated) -> None:
    truth, customers = simulated[model.MODEL]
    result = model.fit(customers)
    assert result.status == "ok"
    for name, value in truth.items():
        assert abs(result.parameters[name] - value) < 4 * result.standard_errors[name]
        assert result.standard_errors[name] < 0.5 * value
    x, t_x, T = columns_of(customers)
    if model is nbd:
        predicted = model.expected_purchases(result.parameters, 39, x, T)
    else:
        predicted = model.expected_purchases(result.parameters, 39, x, t_x, T)
    actual = customers["later_purchases"]
    assert predicted.sum() == pytest.approx(actual.sum(), rel=0.06)
    by_x = pd.DataFrame({"x": np.minimum(x, 6), "predicted": predicted, "actual": actual}).groupby("x").sum()
    assert (
        np.abs(by_x["predicted"] - by_x["actual"]) < 5 * np.sqrt(by_x["actual"]) + 0.1 * by_x["actual"]
    ).all()


@pytest.mark.parametrize("model", DROPOUT_MODELS, ids=name_of)
def test_customers_who_never_drop_out_give_no_churn_signal_and_score_like_nbd(
    model: ModuleType, simulated
) -> None:
    _, customers = simulated["nbd"]
    result = model.fit(customers)
    assert result.status == "no_churn_signal"
    x, t_x, T = columns_of(customers)
    simple = nbd.expected_purchases(nbd.fit(customers).parameters, 39, x, T)
    assert model.expected_purchases(result.parameters, 39, x, t_x, T) == pytest.approx(simple, rel=0.02)


# Invariants


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_fit_ignores_the_order_and_the_grouping_of_rows(model: ModuleType, cdnow: pd.DataFrame) -> None:
    one_by_one = model.fit(cdnow)
    shuffled = cdnow.sample(frac=1, random_state=1)
    grouped = cdnow.groupby(HISTORY[:3], as_index=False)["customers_count"].sum()
    assert len(grouped) < len(cdnow)
    for other in (model.fit(shuffled), model.fit(grouped)):
        assert other.parameters == one_by_one.parameters
        assert other.log_likelihood == one_by_one.log_likelihood


@pytest.mark.parametrize("model", MODELS, ids=name_of)
@pytest.mark.parametrize("factor", [7.0, 1 / 52, 86400 * 7.0])
def test_fit_does_not_depend_on_the_unit_of_time(
    model: ModuleType, factor: float, cdnow: pd.DataFrame
) -> None:
    weeks = model.fit(cdnow)
    other = model.fit(
        cdnow.assign(recency_weeks=cdnow["recency_weeks"] * factor, age_weeks=cdnow["age_weeks"] * factor)
    )
    for name, value in weeks.parameters.items():
        scale = factor if name in ("alpha", "beta") else 1.0
        assert other.parameters[name] == pytest.approx(value * scale, rel=1e-6)
        assert other.standard_errors[name] == pytest.approx(weeks.standard_errors[name] * scale, rel=1e-4)
    shift = cdnow["repeat_purchase_count"].sum() * np.log(factor)
    assert other.log_likelihood == pytest.approx(weeks.log_likelihood - shift, abs=1e-4)


def test_twice_the_customers_are_the_same_fit_with_smaller_errors(cdnow: pd.DataFrame) -> None:
    once, twice = bg_nbd.fit(cdnow), bg_nbd.fit(cdnow.assign(customers_count=2))
    assert twice.parameters == pytest.approx(once.parameters, rel=1e-6)
    assert twice.standard_errors["r"] == pytest.approx(once.standard_errors["r"] / np.sqrt(2), rel=1e-4)


@pytest.mark.parametrize("model", DROPOUT_MODELS, ids=name_of)
def test_expected_purchases_rise_with_the_horizon_and_stay_below_those_without_dropout(
    model: ModuleType,
) -> None:
    params = CDNOW[model]
    x, T = np.meshgrid([0, 1, 3, 40, 1500], [215.0, 300.0])
    horizons = np.array([0, 1e-6, 1.0, 13, 52, 260])[:, None, None]
    expected = model.expected_purchases_if_alive(params, horizons, x, T)
    assert expected.shape == (6, 2, 5)
    assert (expected[0] == 0).all()
    assert (np.diff(expected, axis=0) > 0).all()
    most = nbd.expected_purchases({"r": params["r"], "alpha": params["alpha"]}, horizons, x, T)
    assert (expected <= most * (1 + 1e-12)).all()
    assert expected[1] == pytest.approx(most[1], rel=1e-6)


# Extremes


def _extremes() -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(3)
    T = random.integers(0, 365, 50) / 7
    few = random.poisson(random.gamma(0.3, 2, 50))
    many = random.integers(0, 1500, 300)
    days = random.integers(10, 365, 1000) / 7
    return {
        "only_one_time_buyers": frame_of(0, 0.0, T),
        "everybody_new_today": frame_of(0, 0.0, np.zeros(50)),
        "one_customer": frame_of(1, 5.0, 5.0),
        "fifty_customers": frame_of(
            few * (T > 0), np.where((few > 0) & (T > 0), T * random.random(50), 0.0), T
        ),
        "up_to_1500_purchases": frame_of(many, np.where(many > 0, 260 * random.random(300), 0.0), 260.0),
        "everybody_1500_purchases": frame_of(1500, np.full(50, 260.0), 260.0),
        "everybody_drops_out": frame_of(1, np.full(1000, 1 / 7), days),
        "everybody_bought_today": frame_of(3, days, days),
        "ten_million_of_each": frame_of(
            few * (T > 0), np.where((few > 0) & (T > 0), T / 2, 0.0), T, 10_000_000
        ),
        "tiny_times": frame_of([0, 1, 2] * 20, [0, 1e-9, 2e-9] * 20, [3e-9] * 60),
    }


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("model", DROPOUT_MODELS, ids=name_of)
@pytest.mark.parametrize("case", list(_extremes()))
def test_extreme_customers_stay_finite_bounded_and_have_a_status(model: ModuleType, case: str) -> None:
    histories = _extremes()[case]
    result = model.fit(histories, minimum_repeat_customers=20)
    assert result.status in STATUSES
    assert np.isfinite([*result.parameters.values(), result.log_likelihood]).all()
    x, t_x, T = columns_of(histories)
    alive = model.probability_alive(result.parameters, x, t_x, T)
    assert ((alive >= 0) & (alive <= 1)).all()
    for horizon in (0.0, 1e-9, 13.0, 520.0):
        expected = model.expected_purchases(result.parameters, horizon, x, t_x, T)
        most = nbd.expected_purchases(
            {name: result.parameters[name] for name in ("r", "alpha")}, horizon, x, T
        )
        assert np.isfinite(expected).all()
        assert ((expected >= 0) & (expected <= most * (1 + 1e-9))).all()
    if case in ("only_one_time_buyers", "everybody_new_today", "one_customer"):
        assert result.status == "too_few_repeaters"
    if case in ("everybody_bought_today", "everybody_1500_purchases"):
        assert result.status in ("no_churn_signal", "not_converged")


HISTORIES = st.lists(
    st.tuples(st.integers(0, 40), st.floats(0, 1), st.floats(0.01, 500), st.integers(1, 1000)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(HISTORIES, st.sampled_from(DROPOUT_MODELS))
def test_any_valid_histories_get_finite_parameters(rows: list[tuple], model: ModuleType) -> None:
    x, share, T, n = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    histories = frame_of(x, np.where(x > 0, share * T, 0.0), T, n)
    result = model.fit(histories)
    assert result.status in STATUSES
    assert np.isfinite([*result.parameters.values(), result.log_likelihood]).all()
    expected = model.expected_purchases(result.parameters, 52.0, *columns_of(histories))
    assert np.isfinite(expected).all()


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_fit_without_customers_has_the_status_and_all_names(model: ModuleType) -> None:
    for histories in (frame_of(0, 0.0, 1.0).iloc[:0], frame_of(0, 0.0, 1.0, 0)):
        result = model.fit(histories)
        assert result.status == "no_customers"
        assert tuple(result.parameters) == tuple(result.standard_errors) == model.PARAMETERS
        assert np.isnan(list(result.parameters.values())).all()
        assert result.customers_count == 0


def test_minimum_repeat_customers_sets_the_status(cdnow: pd.DataFrame) -> None:
    assert bg_nbd.fit(cdnow, minimum_repeat_customers=946).status == "ok"
    assert bg_nbd.fit(cdnow, minimum_repeat_customers=947).status == "too_few_repeaters"


# Refusals


@pytest.mark.parametrize("model", MODELS, ids=name_of)
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"recency_weeks": [5, 50, 50]}, "recency_weeks: 2 rows are above age_weeks"),
        ({"recency_weeks": [5, -1, 5]}, "recency_weeks: 1 rows are negative"),
        ({"age_weeks": [9, np.nan, np.inf]}, "age_weeks: 2 rows are not finite"),
        ({"repeat_purchase_count": [1, 1.5, 2]}, "repeat_purchase_count: 1 rows are not whole"),
        ({"repeat_purchase_count": [0, 0, 2]}, "recency_weeks: 2 rows are positive without a repeat"),
        ({"customers_count": [1, -1, 1]}, "customers_count: 1 rows are negative"),
    ],
)
def test_fit_refuses_impossible_histories(model: ModuleType, change: dict[str, list], complaint: str) -> None:
    histories = frame_of([1, 1, 2], [5.0, 5, 5], [9.0, 9, 9]).assign(**change)
    with pytest.raises(ValueError, match=complaint):
        model.fit(histories)


def test_fit_names_a_missing_column() -> None:
    with pytest.raises(ValueError, match="missing column: age_weeks"):
        bg_nbd.fit(frame_of(0, 0.0, 1.0).drop(columns="age_weeks"))


@pytest.mark.parametrize("model", DROPOUT_MODELS, ids=name_of)
def test_scores_refuse_recency_above_age(model: ModuleType) -> None:
    with pytest.raises(ValueError, match="recency_weeks: 1 rows are above age_weeks"):
        model.expected_purchases(CDNOW[model], 39, [2, 2], [30.0, 40.0], [38.0, 38.0])
