"""Small businesses of many kinds: what is published of each comes near what its customers then brought, or is nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.clv.backtest import DECIDING_MEASURE, backtest
from customer_segmentation.clv.calibrating import MISSES, WITHIN
from customer_segmentation.clv.naive import BY_SEASON, NAIVE, RecencyClasses, knows_its_season
from customer_segmentation.clv.scoring_tables import (
    NOT_JUDGED,
    fit_clv_models,
    recency_class_lookup,
)
from helpers.businesses import AS_OF, KINDS, backtest_sample, histories_at, purchases_of

REPEATERS = 20


@dataclass(frozen=True)
class Scored:
    """What the library says of a business."""

    sample: pd.DataFrame
    judged: pd.DataFrame
    fits: pd.DataFrame
    classes: pd.DataFrame
    customers_count: int

    @property
    def chosen(self) -> pd.Series:
        (row,) = (
            row
            for _, row in self.fits.drop_duplicates("model").iterrows()
            if row["is_chosen"] and row["model"] != "gamma_gamma"
        )
        return row

    def measure(self, name: str) -> pd.DataFrame:
        """By date (rows) and candidate (columns)."""
        rows = self.judged.loc[(self.judged["part"] == "measure") & (self.judged["measure"] == name)]
        return rows.pivot_table(index="as_of_date", columns="model", values="value", dropna=False)


def score(kind: str, population_status: str = "sufficient") -> Scored:
    purchases = purchases_of(kind)
    sample = backtest_sample(purchases)
    judged = backtest(sample, minimum_repeat_customers=REPEATERS)
    now = histories_at(purchases, AS_OF).assign(model_group="all")
    fits = fit_clv_models(
        now,
        now,
        judged,
        minimum_repeat_customers=REPEATERS,
        population_status=population_status,
    )
    classes = recency_class_lookup(
        fits, sample, now, RecencyClasses(), value_horizon_days=1_095, annual_discount_rate=0.1
    )
    return Scored(sample, judged, fits, classes, len(now))


@pytest.fixture(scope="module", params=list(KINDS))
def business(request: pytest.FixtureRequest) -> Scored:
    return score(request.param)


def test_there_are_enough_kinds_and_each_is_the_same_on_every_run() -> None:
    assert len(KINDS) >= 12
    for kind in KINDS:
        pd.testing.assert_frame_equal(purchases_of(kind), purchases_of(kind))


def test_no_candidate_errs_less_on_held_out_time_than_the_one_that_scores(business: Scored) -> None:
    errors = business.measure(DECIDING_MEASURE).mean()
    if errors.empty:
        assert business.chosen["total_status"] == NOT_JUDGED
    else:
        assert {*NAIVE} - {BY_SEASON} <= set(errors.index)
        assert (BY_SEASON in errors.index) == knows_its_season(business.sample)
        can_score = business.fits.loc[business.fits["is_candidate"], "model"]
        assert errors[business.chosen["model"]] == errors[errors.index.isin(can_score)].min()


def test_the_published_total_comes_within_a_quarter_of_what_came_or_is_refused(business: Scored) -> None:
    """Computed anew from the sample: nothing here is taken from the measures of the back-test but the forecast."""
    chosen = business.chosen
    if chosen["total_status"] == NOT_JUDGED:
        return
    raw = business.measure("bias_ratio")[chosen["model"]]
    spend = business.measure("spend_bias_ratio")[chosen["model"]]
    real = business.sample.groupby("as_of_date")[["holdout_purchases_count", "holdout_spend_amount"]].sum()
    worst = 0.0
    for date, (purchases, money) in real.iterrows():
        if purchases == 0:  # then a refusal is tested below
            continue
        predicted = (1 + raw[date]) * purchases * chosen["purchases_factor"]
        predicted_money = (1 + spend[date]) * money * chosen["purchases_factor"] * chosen["spend_factor"]
        worst = max(worst, abs(predicted / purchases - 1), abs(predicted_money / money - 1))
        worst = max(worst, abs(raw[date]) / 2, abs(spend[date]) / 2)
    assert chosen["total_status"] == (MISSES if worst > 0.25 else WITHIN) or (
        chosen["total_status"] == MISSES and (real["holdout_purchases_count"] == 0).any()
    )


def test_only_one_forecast_of_purchases_is_chosen_and_it_is_fitted(business: Scored) -> None:
    assert business.chosen["status"] in ("ok", "no_churn_signal")


def test_more_is_expected_of_a_year_than_of_its_first_90_days(business: Scored) -> None:
    classes = business.classes
    assert (classes["next_90_days"] <= classes["next_365_days"]).all()
    assert classes["no_purchase_next_90_days"].between(0, 1).all()
    assert (classes[["next_90_days", "next_365_days", "discounted"]] >= 0).all(axis=None)


@pytest.mark.parametrize("kind", ["seasonal", "sudden_stop", "campaign", "heavy_tail"])
def test_what_no_forecast_foresaw_is_refused(kind: str) -> None:
    """A season, a stop or one campaign shows in one held-out time and not in the other; and one order in the tail is half
    of the money."""
    assert score(kind).chosen["total_status"] == MISSES


@pytest.mark.parametrize(
    "kind", ["steady", "growing", "shrinking", "dying", "wholesale", "regulars", "launch"]
)
def test_what_goes_on_as_before_is_published(kind: str) -> None:
    scored = score(kind)
    assert scored.chosen["total_status"] == WITHIN
    assert 0.5 <= scored.chosen["purchases_factor"] <= 2


def test_a_shop_nobody_came_back_to_expects_nothing_of_anybody() -> None:
    shop = score("one_time", "too_few_repeaters")
    assert shop.chosen["model"] == "population_repeat_rate"
    assert shop.chosen["total_status"] == WITHIN
    assert "too_few_repeaters" in shop.chosen["choice_reason"]
    assert (shop.classes[["next_90_days", "next_365_days", "discounted"]] == 0).all(axis=None)
    assert shop.measure("bias_ratio").index.nunique() == 3  # what is published is still judged


def test_a_shop_of_ten_days_expects_no_more_than_ten_days_have_shown() -> None:
    shop = score("ten_days", "too_short_history")
    assert (shop.chosen["model"], shop.chosen["total_status"]) == ("population_repeat_rate", NOT_JUDGED)
    purchases = purchases_of("ten_days")
    repeats = len(purchases) - purchases["customer"].nunique()
    year = shop.classes["next_365_days"]
    assert np.ptp(year) == 0
    assert 0 < year.iloc[0] * shop.customers_count < 3 * repeats


def test_where_a_gate_is_closed_the_best_naive_forecast_scores() -> None:
    shop = score("loyal_few", "too_few_buyers")
    errors = shop.measure(DECIDING_MEASURE).mean()
    assert shop.chosen["model"] == errors[[name for name in NAIVE if name in errors.index]].idxmin()


@pytest.mark.parametrize("kind", ["steady", "dying", "regulars"])
def test_the_longer_ago_the_last_purchase_the_likelier_there_is_none(kind: str) -> None:
    classes = score(kind).classes
    for repeats in (0, 1):
        of_repeats = classes.loc[classes["repeat_purchase_count"] == repeats].sort_values("days")
        none = of_repeats["no_purchase_next_90_days"].to_numpy()
        assert none[-2:].min() > none[0]
        assert np.isfinite(none).all()


def test_on_the_eve_of_the_season_a_christmas_shop_expects_what_came_in_the_last_one() -> None:
    """On 31 October: not the last 90 days, which were quiet, but the same 90 days of last year; and so it came."""
    as_of = pd.Timestamp("2025-10-31")
    purchases = purchases_of("christmas")
    known = purchases.loc[purchases["date"] <= as_of]
    sample = backtest_sample(known, as_of)
    assert knows_its_season(sample)
    judged = backtest(sample, minimum_repeat_customers=REPEATERS)
    now = histories_at(known, as_of).assign(model_group="all")
    fits = fit_clv_models(now, now, judged, minimum_repeat_customers=REPEATERS)
    of_season = fits.loc[fits["model"] == BY_SEASON].iloc[0]
    assert of_season["is_chosen"]
    assert of_season["total_status"] == WITHIN
    classes = RecencyClasses()
    rows = recency_class_lookup(
        fits, sample, now, classes, value_horizon_days=1_095, annual_discount_rate=0.1
    )
    assert set(rows["model"]) == {BY_SEASON}
    own = classes.of(now["age_weeks"] - now["recency_weeks"], now["repeat_purchase_count"])
    by_class = rows.sort_values(["days", "repeat_purchase_count"])["next_90_days"].to_numpy()
    expected = by_class[own].sum() * of_season["purchases_factor"]
    end = as_of + pd.Timedelta(days=90)
    came = purchases.loc[(purchases["date"] > as_of) & (purchases["date"] <= end)]
    came = came.loc[came["customer"].isin(known["customer"])]
    before = known.loc[known["date"] > as_of - pd.Timedelta(days=90)]
    assert len(before) < 0.1 * len(came)
    assert abs(expected / len(came) - 1) < 0.25
