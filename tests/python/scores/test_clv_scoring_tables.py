"""The tables that SQL joins: exact for every history, empty where no model is usable."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.clv import bg_nbd, mbg_nbd, pareto_nbd
from customer_segmentation.clv.backtest import backtest
from customer_segmentation.clv.discounting import discounted_purchases_if_alive
from customer_segmentation.clv.scoring_tables import (
    FIT_COLUMNS,
    SCORE_COLUMNS,
    fit_clv_models,
    history_scores,
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


def histories(repeats: list[int], recency: list[int], age: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {"model_group": "all", "repeat_purchase_count": repeats, "recency_days": recency, "age_days": age}
    )


def many_ages(most: int) -> pd.DataFrame:
    ages = np.arange(0, most)
    return pd.concat(
        histories(np.full(most, x), np.where(x > 0, ages // 2, 0), ages) for x in (0, 1, 30)
    ).reset_index(drop=True)


@pytest.mark.parametrize(
    ("model", "changed"),
    [
        ("bg_nbd", {}),
        ("bg_nbd", {"a": 1.0}),
        ("bg_nbd", {"r": 40.0, "alpha": 300.0}),
        ("bg_nbd", {"a": 0.01, "b": 800.0}),
        ("mbg_nbd", {}),
        ("pareto_nbd", {}),
    ],
)
def test_history_scores_read_off_a_spline_are_those_computed_one_by_one(
    model: str, changed: dict[str, float]
) -> None:
    rows = many_ages(400 if model == "pareto_nbd" else 1_500)
    scores = history_scores(fits(model, **changed), rows, value_horizon_days=1_095, annual_discount_rate=0.1)
    module: ModuleType = MODULES[model]
    params = {**CDNOW[model], **changed}
    x = rows["repeat_purchase_count"].to_numpy(float)
    t_x, age = (rows[column].to_numpy(float) / 7 for column in ("recency_days", "age_days"))
    exact = module.expected_purchases(params, 365 / 7, x, t_x, age)
    np.testing.assert_allclose(scores["next_365_days"], exact, rtol=1e-4)
    alive = module.probability_alive(params, x, t_x, age)
    np.testing.assert_allclose(scores["probability_alive"], alive, rtol=1e-12)
    some = slice(None, None, 97)
    discounted = discounted_purchases_if_alive(
        module.expected_purchases_if_alive, params, 1_095 / 7, x[some], age[some], annual_discount_rate=0.1
    )
    np.testing.assert_allclose(scores["discounted"].to_numpy()[some], discounted * alive[some], rtol=1e-4)
    assert (scores["model"] == model).all()


@pytest.mark.parametrize("model", sorted(CDNOW))
def test_no_purchase_is_as_likely_as_in_a_simulation_of_its_definition(model: str) -> None:
    """P(no purchase in t) falls from 1 at t = 0 and equals 1 - P(alive)(1 - ((alpha+T)/(alpha+T+t))^(r+x)) for BG/NBD."""
    rows = histories([0, 2, 9], [0, 213, 100], [272, 272, 900])
    scores = history_scores(fits(model), rows, value_horizon_days=365, annual_discount_rate=0.0)
    assert scores["no_purchase_next_90_days"].between(0, 1).all()
    assert scores["no_purchase_next_90_days"].iloc[2] > 0.99
    if model != "pareto_nbd":
        params = CDNOW[model]
        age = rows["age_days"].to_numpy() / 7
        still = ((params["alpha"] + age) / (params["alpha"] + age + 90 / 7)) ** (
            params["r"] + rows["repeat_purchase_count"].to_numpy()
        )
        np.testing.assert_allclose(
            scores["no_purchase_next_90_days"], 1 - scores["probability_alive"] * (1 - still), rtol=1e-9
        )


def test_the_wait_for_the_next_purchase_is_finite_from_the_second_repeat_on() -> None:
    """r .5, alpha 6 weeks, x = 2, T = 36 weeks: 7 x 42 / 1.5 = 196 days; one-time buyers have no finite mean."""
    rows = histories([2, 0], [100, 0], [252, 252])
    scores = history_scores(fits(r=0.5, alpha=6.0), rows, value_horizon_days=365, annual_discount_rate=0.0)
    assert scores["days_to_next_if_alive"].iloc[0] == pytest.approx(196)
    assert np.isnan(scores["days_to_next_if_alive"].iloc[1])


def test_history_scores_keep_the_rows_in_their_order() -> None:
    rows = histories([3, 0, 3], [90, 0, 5], [100, 50, 7])
    scores = history_scores(fits(), rows, value_horizon_days=365, annual_discount_rate=0.0)
    assert scores[list(rows.columns)].to_numpy().tolist() == rows.to_numpy().tolist()
    np.testing.assert_allclose(scores["discounted"], scores["next_365_days"], rtol=1e-9)


@pytest.mark.parametrize(
    "unusable",
    [fits(status="too_few_repeaters"), fits(status="not_converged"), fits(is_chosen=False)],
    ids=["too few repeaters", "not converged", "not chosen"],
)
def test_history_scores_are_empty_where_no_model_is_usable(unusable: pd.DataFrame) -> None:
    scores = history_scores(
        unusable, histories([1], [5], [30]), value_horizon_days=365, annual_discount_rate=0.1
    )
    assert scores.empty
    assert set(SCORE_COLUMNS) <= set(scores.columns)


def test_fit_clv_models_marks_the_chosen_model_and_fits_each_group() -> None:
    rng = np.random.default_rng(3)
    size = 600
    age = rng.integers(50, 400, size)
    repeats = rng.poisson(0.01 * age)
    counted = histories(repeats, np.where(repeats > 0, age // 2, 0), age).assign(
        model_group=np.where(np.arange(size) < 500, "web", "store"),
        recency_weeks=np.where(repeats > 0, age // 2, 0) / 7,
        age_weeks=age / 7,
        customers_count=1,
    )
    spend = pd.DataFrame(
        {
            "repeat_purchase_count": repeats,
            "mean_repeat_spend_amount": np.where(repeats > 0, rng.gamma(5, 7, size), np.nan),
            "customers_count": 1,
        }
    )
    nothing = backtest(pd.DataFrame(columns=_sample_columns()))
    fitted = fit_clv_models(counted, spend, nothing)
    assert list(fitted.columns) == list(FIT_COLUMNS)
    assert set(fitted.loc[fitted["model"] == "bg_nbd", "model_group"]) == {"web", "store"}
    assert set(fitted.loc[fitted["is_chosen"], "model"]) == {"bg_nbd", "gamma_gamma"}
    assert fitted["choice_reason"].str.contains("not judged").any()


def _sample_columns() -> list[str]:
    from customer_segmentation.clv.backtest import SAMPLE_COLUMNS

    return list(SAMPLE_COLUMNS)
