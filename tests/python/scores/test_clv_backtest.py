"""Judging and choosing models: the measures by hand, the rule of choice, and the published hold-out of CDNOW."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_segmentation.clv.backtest import (
    DECIDING_MEASURE,
    SAMPLE_COLUMNS,
    backtest,
    rank_concordance,
    ranked,
)
from customer_segmentation.clv.calibrating import MISSES, WITHIN, Tolerances, Totals, calibrate
from customer_segmentation.clv.naive import (
    BY_RECENCY,
    BY_SEASON,
    NAIVE,
    REPEAT_RATE,
    RecencyClasses,
    knows_its_season,
    naive_forecasts,
)


def measures(**by_model: list[float]) -> pd.DataFrame:
    """Rows as `backtest` gives them, from the deciding error of each date."""
    return pd.DataFrame(
        [
            {"part": "measure", "model": model, "measure": DECIDING_MEASURE, "value": value}
            for model, values in by_model.items()
            for value in values
        ]
    )


def test_the_least_error_over_the_dates_is_first_whoever_makes_it() -> None:
    rows = measures(bg_nbd=[1.0, 2.0], same_as_last_period=[3.0, 3.0], population_repeat_rate=[1.2, 1.6])
    assert [name for name, _ in ranked(rows)] == ["population_repeat_rate", "bg_nbd", "same_as_last_period"]
    # of equal ones the model
    rows = measures(population_repeat_rate=[1.0], mbg_nbd=[1.0])
    assert ranked(rows)[0] == ("mbg_nbd", 1.0)


def test_without_a_date_to_judge_on_there_is_no_choice() -> None:
    result = backtest(pd.DataFrame(columns=list(SAMPLE_COLUMNS)), minimum_repeat_customers=20)
    assert result.empty


def totals(purchases: list[tuple[float, float]], spend: list[tuple[float, float]]) -> Totals:
    """From (predicted, real) of each date."""
    columns = [
        np.array(values, dtype="float64")
        for pairs in (purchases, spend)
        for values in zip(*pairs, strict=True)
    ]
    return Totals(*columns)


def test_the_factors_by_hand() -> None:
    """300 real for 200 predicted, 20 counting for both: 320/220. Then 15 a purchase are predicted and 18 came."""
    found = calibrate(
        totals([(100, 150), (100, 150)], [(1_500, 2_700), (1_500, 2_700)]),
        Tolerances(prior_purchases_count=20, largest_miss=0.6),
    )
    assert found.purchases_factor == pytest.approx(320 / 220)
    money = 3_000 * 320 / 220
    assert found.spend_factor == pytest.approx((5_400 + 300) / (money + 300))
    assert found.status == WITHIN
    assert found.purchases_misses == pytest.approx([100 * 320 / 220 / 150 - 1] * 2)


def test_the_factors_stay_within_their_bounds() -> None:
    found = calibrate(totals([(10, 10_000)], [(10, 1_000_000)]), Tolerances())
    assert (found.purchases_factor, found.spend_factor, found.status) == (2.0, 2.0, MISSES)


@pytest.mark.parametrize(
    ("purchases", "spend", "status"),
    [
        ([(100, 100), (100, 100)], [(1_000, 1_000), (1_000, 1_000)], WITHIN),
        # a quarter off each way: nothing to calibrate
        ([(1_270, 1_000), (1_000, 1_270)], [(1_270, 1_000), (1_000, 1_270)], MISSES),
        # the purchases are right, the money is not
        ([(1_000, 1_000), (1_000, 1_000)], [(1_300, 1_000), (1_000, 1_300)], MISSES),
        # twice what came at both dates: a factor would hide it
        ([(2_000, 1_000), (2_000, 1_000)], [(2_000, 1_000), (2_000, 1_000)], MISSES),
        ([(0, 0)], [(0, 0)], WITHIN),
        ([(0.4, 0)], [(8, 0)], WITHIN),
        ([(5, 0)], [(100, 0)], MISSES),
        ([(0, 5)], [(0, 100)], MISSES),
    ],
    ids=[
        "right",
        "off each way",
        "money off",
        "twice",
        "nothing",
        "half a purchase",
        "none came",
        "none seen",
    ],
)
def test_totals_that_miss_are_refused(purchases: list, spend: list, status: str) -> None:
    assert calibrate(totals(purchases, spend), Tolerances()).status == status


def customers_at_a_date(**columns: list[float]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    empty = dict.fromkeys(SAMPLE_COLUMNS, 0.0)
    return pd.DataFrame({name: columns.get(name, [value] * size) for name, value in empty.items()})


def test_the_rate_of_everybody_counts_who_was_known_a_horizon_ago() -> None:
    """Two of three were known 10 weeks ago and bought 3 times in all; the first purchase of the third is no repeat."""
    customers = customers_at_a_date(
        repeat_purchase_count=[3, 0, 0],
        recency_weeks=[19, 0, 0],
        age_weeks=[20, 20, 5],
        holdout_weeks=[10, 10, 10],
        previous_purchases_count=[3, 0, 1],
        previous_recency_weeks=[10, 10, np.nan],
        season_purchases_count=[1, 1, 0],
    )
    classes = RecencyClasses(prior_customers_count=1)
    found = naive_forecasts(customers, classes)
    # one customer more with the repeats per week of all lives: 3 in 45 weeks
    rate = (3 + 3 / 45 * 10) / 3
    assert found[REPEAT_RATE] == pytest.approx([rate] * 3)
    # both were in the class of 30 to 90 days and had bought once; the one who came back stands in another now
    assert found[BY_RECENCY][1] == pytest.approx(rate)  # nobody like him: 140 days
    assert found["seed_formula"] == pytest.approx(np.array([4, 1, 1]) / (365.25 / 7) * 10)
    assert found["same_as_last_period"].tolist() == [3, 0, 1]
    assert found["same_season_last_year"].tolist() == [1, 1, 0]


def test_by_season_customers_do_what_their_class_did_a_year_before() -> None:
    """Nobody bought lately. In the same season of last year 100 of the 200 who had not for 300 days did."""
    customers = customers_at_a_date(
        repeat_purchase_count=[2.0] * 200,
        recency_weeks=[58.0] * 200,
        age_weeks=[100.0] * 200,
        holdout_weeks=[52.0] * 200,
        previous_recency_weeks=[6.0] * 200,
        season_recency_weeks=[42.0] * 150 + [np.nan] * 50,
        season_repeat_purchase_count=[1.0] * 150 + [np.nan] * 50,
        season_purchases_count=[2.0] * 75 + [0.0] * 75 + [5.0] * 50,
        is_seasonal=[1.0] * 200,
    )
    assert knows_its_season(customers.assign(as_of_date=1))
    assert not knows_its_season(customers.assign(as_of_date=1, is_seasonal=0.0))
    assert not knows_its_season(customers.assign(as_of_date=1, holdout_weeks=26.0))
    found = naive_forecasts(customers, RecencyClasses())
    # the 50 who came in that season were nobody's repeats in it
    assert found[BY_SEASON] == pytest.approx(1.0, abs=0.05)
    assert found[BY_RECENCY] == pytest.approx(0.0, abs=0.1)


def test_customers_of_a_class_are_expected_to_do_what_that_class_did() -> None:
    """Of the 100 who had just bought everybody bought again, of the 100 who had not for a year nobody."""
    fresh, old = [1.0] * 100, [0.0] * 100
    customers = customers_at_a_date(
        repeat_purchase_count=[4 * value for value in fresh] + old,
        recency_weeks=[99.0] * 100 + [0.0] * 100,
        age_weeks=[100.0] * 200,
        holdout_weeks=[13.0] * 200,
        previous_purchases_count=[2.0] * 100 + old,
        previous_recency_weeks=[1.0] * 100 + [87.0] * 100,
        season_purchases_count=[0.0] * 200,
    )
    found = naive_forecasts(customers, RecencyClasses())[BY_RECENCY]
    assert found[:100] == pytest.approx(2.0, abs=0.1)
    assert found[100:] == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize(
    ("days", "place"), [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (730, 5), (9_000, 5)]
)
def test_classes_of_recency_begin_at_their_bounds(days: int, place: int) -> None:
    classes = RecencyClasses()
    found = classes.of(np.array([days / 7, days / 7]), np.array([0, 3]))
    assert found.tolist() == [2 * place, 2 * place + 1]


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
            "previous_recency_weeks": np.nan,
            "season_purchases_count": 0,
            "season_recency_weeks": np.nan,
            "season_repeat_purchase_count": np.nan,
            "next_90_days_purchases_count": 0,
            "is_seasonal": False,
        }
    ).reset_index(drop=True)


def test_the_hold_out_on_cdnow_is_at_least_as_good_as_published(cdnow_sample: pd.DataFrame) -> None:
    result = backtest(cdnow_sample, minimum_repeat_customers=20)
    table = result.loc[result["part"] == "measure"].pivot_table(
        index="model", columns="measure", values="value"
    )
    assert table.loc["bg_nbd", "mean_absolute_error"] == pytest.approx(0.785, abs=0.002)
    assert table.loc["bg_nbd", "root_mean_squared_error"] == pytest.approx(1.608, abs=0.002)
    chosen = result.loc[(result["part"] == "choice") & (result["decile"] == 1), "model"].iloc[0]
    assert set(table.index) == {"bg_nbd", "mbg_nbd", "pareto_nbd", *NAIVE} - {BY_SEASON}
    assert table.loc[chosen, "mean_absolute_error"] <= 0.785
    assert table.loc[chosen, "root_mean_squared_error"] <= 1.608


def test_deciles_of_the_calibration_hold_every_customer_once(cdnow_sample: pd.DataFrame) -> None:
    result = backtest(cdnow_sample, minimum_repeat_customers=20)
    deciles = result.loc[(result["part"] == "calibration") & (result["model"] == "bg_nbd")]
    assert deciles["customers_count"].sum() == len(cdnow_sample)
    total = (deciles["customers_count"] * deciles["baseline_value"]).sum()
    assert total == pytest.approx(cdnow_sample["holdout_purchases_count"].sum())
