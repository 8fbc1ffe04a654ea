"""The tables that SQL joins: exact for every history, empty where no model is usable."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segmentation.clv import bg_nbd, mbg_nbd, pareto_nbd
from customer_segmentation.clv.backtest import SAMPLE_COLUMNS, backtest
from customer_segmentation.clv.discounting import discounted_purchases_if_alive
from customer_segmentation.clv.purchase_histories import cells_from_frame
from customer_segmentation.clv.scoring_tables import (
    FIT_COLUMNS,
    LOOKUP_COLUMNS,
    fit_clv_models,
    scores_lookup,
)

CDNOW = {
    "bg_nbd": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "mbg_nbd": {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614},
    "pareto_nbd": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
}
MODULES = {"bg_nbd": bg_nbd, "mbg_nbd": mbg_nbd, "pareto_nbd": pareto_nbd}


def fits(
    model: str = "bg_nbd", status: str = "ok", *, is_chosen: bool = True, **changed: float
) -> pd.DataFrame:
    values = {**CDNOW[model], **changed}
    return pd.DataFrame(
        {
            "model_group": "all",
            "model": model,
            "parameter": list(values),
            "value": list(values.values()),
            "status": status,
            "is_chosen": is_chosen,
        }
    )


def points(repeats: list[int] | np.ndarray, days: list[int] | np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"model_group": "all", "repeat_purchase_count": repeats, "days": days})


def scored(lookup: pd.DataFrame, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> pd.DataFrame:
    """What the warehouse makes of the lookup (int_clv_expectations), for histories in days."""
    at = lookup.set_index(["repeat_purchase_count", "days"])
    now = at.loc[list(zip(x, age, strict=True))].reset_index(drop=True)
    last = at.loc[list(zip(x, t_x, strict=True))].reset_index(drop=True)
    dropped = np.exp((last["log_dropped_after"] - now["log_alive"]).clip(upper=500)).fillna(0)
    alive = 1 / (1 - now["dropped_later_odds"] + dropped)
    return pd.DataFrame(
        {
            "probability_alive": alive,
            "next_365_days": now["next_365_days"] * alive,
            "discounted": now["discounted"] * alive,
            "no_purchase_next_90_days": 1 - alive * (1 - now["no_purchase_next_90_days"]),
        }
    )


def looked_up(
    model: str,
    x: list[int] | np.ndarray,
    t_x: list[int] | np.ndarray,
    age: list[int] | np.ndarray,
    *,
    value_horizon_days: int = 1_095,
    annual_discount_rate: float = 0.1,
    **changed: float,
) -> pd.DataFrame:
    """Scores of histories in days by way of the lookup."""
    x, t_x, age = (np.asarray(values) for values in (x, t_x, age))
    distinct = pd.concat([points(x, t_x), points(x, age)]).drop_duplicates()
    lookup = scores_lookup(
        fits(model, **changed),
        distinct,
        value_horizon_days=value_horizon_days,
        annual_discount_rate=annual_discount_rate,
    )
    return scored(lookup, x, t_x, age)


@pytest.mark.parametrize(
    ("model", "changed"),
    [
        ("bg_nbd", {}),
        ("bg_nbd", {"a": 1.0}),
        ("bg_nbd", {"r": 40.0, "alpha": 300.0}),
        ("bg_nbd", {"a": 0.01, "b": 800.0}),
        ("mbg_nbd", {}),
        ("pareto_nbd", {}),
        ("pareto_nbd", {"alpha": 2.0, "beta": 60.0}),
        ("pareto_nbd", {"r": 0.05, "s": 0.05}),
    ],
)
def test_scores_by_lookup_are_those_computed_history_by_history(
    model: str, changed: dict[str, float]
) -> None:
    most = 400 if model == "pareto_nbd" else 1_500
    age = np.tile(np.arange(0, most), 3)
    x = np.repeat([0, 1, 30], most)
    t_x = np.where(x > 0, age // 2, 0)
    scores = looked_up(model, x, t_x, age, **changed)
    module: ModuleType = MODULES[model]
    params = {**CDNOW[model], **changed}
    weeks = (x.astype(float), t_x / 7, age / 7)
    np.testing.assert_allclose(
        scores["probability_alive"], module.probability_alive(params, *weeks), rtol=1e-8
    )
    exact = module.expected_purchases(params, 365 / 7, *weeks)
    np.testing.assert_allclose(scores["next_365_days"], exact, rtol=1e-5)
    some = slice(None, None, 97)
    discounted = discounted_purchases_if_alive(
        module.expected_purchases_if_alive,
        params,
        1_095 / 7,
        weeks[0][some],
        weeks[2][some],
        annual_discount_rate=0.1,
    )
    alive = module.probability_alive(params, *weeks)[some]
    np.testing.assert_allclose(scores["discounted"].to_numpy()[some], discounted * alive, rtol=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    model=st.sampled_from(sorted(CDNOW)),
    x=st.integers(0, 1_500),
    days=st.tuples(st.integers(0, 4_000), st.integers(0, 4_000)).map(sorted),
)
def test_scores_by_lookup_hold_for_any_history(model: str, x: int, days: list[int]) -> None:
    """Also for somebody with 1,500 purchases who has not been seen for years, where weights leave the range of floats."""
    t_x, age = (days[0] if x else 0), days[1]
    score = looked_up(model, [x], [t_x], [age]).iloc[0]
    exact = MODULES[model].probability_alive(CDNOW[model], x, t_x / 7, age / 7)
    assert score["probability_alive"] == pytest.approx(float(exact), rel=1e-6, abs=1e-12)
    assert 0 <= score["no_purchase_next_90_days"] <= 1


@pytest.mark.parametrize("model", sorted(CDNOW))
def test_no_purchase_is_the_likelihood_of_the_same_history_seen_for_longer(model: str) -> None:
    x, t_x, age = [0, 2, 9], [0, 213, 100], [272, 272, 900]
    scores = looked_up(model, x, t_x, age)
    module = MODULES[model]
    parameters = np.array([CDNOW[model][name] for name in module.PARAMETERS])

    def log_likelihood(later: float) -> np.ndarray:
        history = pd.DataFrame(
            {
                "repeat_purchase_count": x,
                "recency_weeks": np.array(t_x) / 7,
                "age_weeks": (np.array(age) + later) / 7,
                "customers_count": 1,
            }
        )
        cells = cells_from_frame(history)
        return module.cell_likelihood(parameters, cells)[0]

    expected = np.exp(log_likelihood(90) - log_likelihood(0))
    np.testing.assert_allclose(scores["no_purchase_next_90_days"], expected, rtol=1e-8)
    assert scores["no_purchase_next_90_days"].iloc[2] > 0.99


def test_the_wait_for_the_next_purchase_is_finite_from_the_second_repeat_on() -> None:
    """r .5, alpha 6 weeks, x = 2, T = 36 weeks: 7 x 42 / 1.5 = 196 days; one-time buyers have no finite mean."""
    lookup = scores_lookup(
        fits(r=0.5, alpha=6.0), points([2, 0], [252, 252]), value_horizon_days=365, annual_discount_rate=0.0
    )
    assert lookup["days_to_next"].iloc[0] == pytest.approx(196)
    assert np.isnan(lookup["days_to_next"].iloc[1])


def test_the_lookup_keeps_the_rows_in_their_order() -> None:
    rows = points([3, 0, 3], [100, 50, 7])
    lookup = scores_lookup(fits(), rows, value_horizon_days=365, annual_discount_rate=0.0)
    assert lookup[list(rows.columns)].to_numpy().tolist() == rows.to_numpy().tolist()
    np.testing.assert_allclose(lookup["discounted"], lookup["next_365_days"], rtol=1e-9)


@pytest.mark.parametrize(
    "unusable",
    [fits(status="too_few_repeaters"), fits(status="not_converged"), fits(is_chosen=False)],
    ids=["too few repeaters", "not converged", "not chosen"],
)
def test_the_lookup_is_empty_where_no_model_is_usable(unusable: pd.DataFrame) -> None:
    lookup = scores_lookup(unusable, points([1], [30]), value_horizon_days=365, annual_discount_rate=0.1)
    assert lookup.empty
    assert set(LOOKUP_COLUMNS) <= set(lookup.columns)


def test_fit_clv_models_marks_the_chosen_model_and_fits_each_group() -> None:
    rng = np.random.default_rng(3)
    size = 600
    age = rng.integers(50, 400, size)
    repeats = rng.poisson(0.01 * age)
    counted = pd.DataFrame(
        {
            "model_group": np.where(np.arange(size) < 500, "web", "store"),
            "repeat_purchase_count": repeats,
            "recency_weeks": np.where(repeats > 0, age // 2, 0) / 7,
            "age_weeks": age / 7,
            "customers_count": 1,
        }
    )
    spend = pd.DataFrame(
        {
            "repeat_purchase_count": repeats,
            "mean_repeat_spend_amount": np.where(repeats > 0, rng.gamma(5, 7, size), np.nan),
            "customers_count": 1,
        }
    )
    judged = choice(bg_nbd=1.0, population_repeat_rate=1.5)
    fitted = fit_clv_models(counted, spend, judged, minimum_repeat_customers=20)
    assert list(fitted.columns) == list(FIT_COLUMNS)
    assert set(fitted.loc[fitted["model"] == "bg_nbd", "model_group"]) == {"web", "store"}
    assert set(fitted.loc[fitted["is_chosen"], "model"]) == {"bg_nbd", "gamma_gamma"}
    assert fitted["choice_reason"].str.contains("1.0000, then population_repeat_rate 1.5000").any()
    assert set(fitted.loc[fitted["model"] == "bg_nbd", "purchases_factor"]) == {1.25}

    # nothing to judge on, a closed gate, a fit that fails: what scores is what can
    nothing = backtest(pd.DataFrame(columns=list(SAMPLE_COLUMNS)), minimum_repeat_customers=20)
    cases = [
        ({"backtest": nothing}, "population_repeat_rate", "not_judged"),
        (
            {"backtest": judged, "population_status": "too_few_buyers"},
            "population_repeat_rate",
            "within_tolerance",
        ),
        (
            {"backtest": judged, "minimum_repeat_customers": 10_000},
            "population_repeat_rate",
            "within_tolerance",
        ),
    ]
    for arguments, model, status in cases:
        with_defaults = {"minimum_repeat_customers": 20, **arguments}
        fitted = fit_clv_models(counted, spend, **with_defaults)
        chosen = fitted.loc[fitted["is_chosen"] & (fitted["model"] != "gamma_gamma")]
        assert set(chosen["model"]) == {model}
        assert set(chosen["model_group"]) == {"web", "store"}
        assert set(chosen["total_status"]) == {status}


def choice(**errors: float) -> pd.DataFrame:
    """Rows of a back-test: the candidates, best first, with a factor of 1.25 each."""
    rows = [
        {"part": "choice", "model": model, "decile": place, "value": error, "status": "judged at 2 dates"}
        for place, (model, error) in enumerate(errors.items(), start=1)
    ]
    rows += [
        {"part": "factor", "model": model, "measure": measure, "value": 1.25, "status": "within_tolerance"}
        for model in errors
        for measure in ("purchases", "spend")
    ]
    return pd.DataFrame(rows)
