"""Judging and choosing models: the measures by hand, the rule of choice, and the published hold-out of CDNOW."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_segmentation.clv.backtest import FALLBACK, SAMPLE_COLUMNS, backtest, choose, rank_concordance


def measures(**by_model: tuple[float, float, float]) -> pd.DataFrame:
    """Rows as `backtest` gives them, from (error, concordance, held-out log-likelihood)."""
    names = ("root_mean_squared_error", "rank_concordance", "heldout_log_likelihood_per_customer")
    return pd.DataFrame(
        [
            {"part": "measure", "model": model, "measure": name, "value": value}
            for model, values in by_model.items()
            for name, value in zip(names, values, strict=True)
        ]
    )


NAIVE = {FALLBACK: (2.0, 0.4, np.nan), "population_mean": (2.5, 0.0, np.nan)}


def test_the_smaller_error_wins_among_models_of_equal_likelihood() -> None:
    model, why = choose(measures(bg_nbd=(1.5, 0.5, -3.0), mbg_nbd=(1.4, 0.5, -3.001), **NAIVE))
    assert model == "mbg_nbd"
    assert "best of 2 models" in why


def test_a_clearly_better_likelihood_wins_over_a_smaller_error() -> None:
    assert choose(measures(bg_nbd=(1.5, 0.5, -3.0), mbg_nbd=(1.4, 0.5, -3.1), **NAIVE))[0] == "bg_nbd"


@pytest.mark.parametrize("losing", [(2.1, 0.5, -3.0), (1.5, 0.3, -3.0)], ids=["in error", "in rank"])
def test_a_model_that_loses_to_a_naive_forecast_is_replaced_by_the_fallback(losing: tuple) -> None:
    model, why = choose(measures(bg_nbd=losing, **NAIVE))
    assert model == FALLBACK
    assert "does not beat" in why


def test_without_a_date_to_judge_on_bg_nbd_is_taken_unjudged() -> None:
    result = backtest(pd.DataFrame(columns=list(SAMPLE_COLUMNS)), minimum_repeat_customers=20)
    assert result[["part", "model"]].to_numpy().tolist() == [["choice", "bg_nbd"]]
    assert "not judged" in result["status"].iloc[0]


def test_rank_concordance_by_hand() -> None:
    # pairs that really differ: (0,1) (0,2) (1,2); the forecast orders two rightly and ties one
    assert rank_concordance(np.array([0.1, 0.1, 5.0]), np.array([0, 1, 2])) == pytest.approx(2 / 3)
    assert rank_concordance(np.array([3.0, 2.0, 1.0]), np.array([0, 1, 2])) == -1
    assert rank_concordance(np.array([3.0, 2.0]), np.array([4, 4])) == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=2, max_size=40))
def test_rank_concordance_equals_counting_all_pairs(pairs: list[tuple[int, int]]) -> None:
    forecast, actual = (np.array(values) for values in zip(*pairs, strict=True))
    signs = np.sign(np.subtract.outer(forecast, forecast)) * np.sign(np.subtract.outer(actual, actual))
    differing = (np.subtract.outer(actual, actual) != 0).sum()
    expected = signs.sum() / differing if differing else 0.0
    assert rank_concordance(forecast.astype(float), actual) == pytest.approx(expected)


@given(st.permutations(range(12)))
def test_rank_concordance_does_not_depend_on_the_order_of_rows(order: list[int]) -> None:
    forecast, actual = np.arange(12) % 5 / 2, np.arange(12) % 4
    assert rank_concordance(forecast[order], actual[order]) == pytest.approx(
        rank_concordance(forecast, actual)
    )


@pytest.fixture(scope="module")
def cdnow_sample(cdnow_purchases: pd.DataFrame) -> pd.DataFrame:
    """The published split: known on 1997-09-30, judged on the next 39 weeks."""
    cut, end = pd.Timestamp("1997-09-30"), pd.Timestamp("1998-06-30")
    days = cdnow_purchases.groupby(["customer", "date"], as_index=False)["amount"].sum()
    days["first"] = days.groupby("customer")["date"].transform("min")
    known, later = days.loc[days["date"] <= cut], days.loc[(days["date"] > cut) & (days["date"] <= end)]
    by_customer = known.groupby("customer")
    first, last = by_customer["first"].first(), by_customer["date"].max()
    end_last = days.loc[days["date"] <= end].groupby("customer")["date"].max().reindex(first.index)
    repeats = known.loc[known["date"] > known["first"]].groupby("customer")["amount"].mean()
    return pd.DataFrame(
        {
            "as_of_date": cut,
            "repeat_purchase_count": by_customer.size() - 1,
            "recency_weeks": (last - first).dt.days / 7,
            "age_weeks": (cut - first).dt.days / 7,
            "mean_repeat_spend_amount": repeats.reindex(first.index),
            "mean_spend_amount": by_customer["amount"].mean(),
            "holdout_weeks": 39.0,
            "holdout_purchases_count": later.groupby("customer").size().reindex(first.index, fill_value=0),
            "holdout_recency_weeks": (end_last - first).dt.days / 7,
            "holdout_spend_amount": later.groupby("customer")["amount"]
            .sum()
            .reindex(first.index, fill_value=0),
            "previous_purchases_count": by_customer.size(),
            "previous_spend_amount": by_customer["amount"].sum(),
        }
    ).reset_index(drop=True)


def test_the_hold_out_on_cdnow_is_at_least_as_good_as_published(cdnow_sample: pd.DataFrame) -> None:
    result = backtest(cdnow_sample, minimum_repeat_customers=20)
    table = result.loc[result["part"] == "measure"].pivot_table(
        index="model", columns="measure", values="value"
    )
    assert table.loc["bg_nbd", "mean_absolute_error"] == pytest.approx(0.785, abs=0.002)
    assert table.loc["bg_nbd", "root_mean_squared_error"] == pytest.approx(1.608, abs=0.002)
    chosen = result.loc[result["part"] == "choice", "model"].iloc[0]
    assert table.loc[chosen, "mean_absolute_error"] <= 0.785
    assert table.loc[chosen, "root_mean_squared_error"] <= 1.608


def test_deciles_of_the_calibration_hold_every_customer_once(cdnow_sample: pd.DataFrame) -> None:
    result = backtest(cdnow_sample, minimum_repeat_customers=20)
    deciles = result.loc[(result["part"] == "calibration") & (result["model"] == "bg_nbd")]
    assert deciles["customers_count"].sum() == len(cdnow_sample)
    total = (deciles["customers_count"] * deciles["baseline_value"]).sum()
    assert total == pytest.approx(cdnow_sample["holdout_purchases_count"].sum())
