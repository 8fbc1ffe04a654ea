"""Forecasts that need no model: what a customer did before, or what customers like this one did since.

They are candidates like the models: one that errs least on held-out time scores. Three of them know the
customer's own past only (`same_as_last_period`, `same_season_last_year`, and `seed_formula`, which spreads
it over the age); three know what the others did: `population_repeat_rate`, the purchases of everybody known a
horizon ago in the horizon since, `repeat_rate_by_recency`, the same by how long ago the last purchase was and
whether it was the first, and where the business sells in one season `repeat_rate_by_season`, which reads that
off the same season of the year before. They count customers who were already known, so a first purchase is
never taken for a repeat, and a shop that nobody came back to is expected to sell nothing more to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

SAME_AS_LAST_PERIOD = "same_as_last_period"
SAME_SEASON = "same_season_last_year"
FORMULA = "seed_formula"
REPEAT_RATE = "population_repeat_rate"
BY_RECENCY = "repeat_rate_by_recency"
BY_SEASON = "repeat_rate_by_season"
# of equal ones the first is taken
NAIVE = (REPEAT_RATE, BY_RECENCY, BY_SEASON, FORMULA, SAME_SEASON, SAME_AS_LAST_PERIOD)
FALLBACK = REPEAT_RATE
YEAR_DAYS, SAME_SEASON_DAYS = 365, 31  # so many days from a year ago a date lies in the same season

WEEKS_PER_YEAR = 365.25 / 7
SINCE_COLUMNS = (
    "repeat_purchase_count",
    "recency_weeks",
    "age_weeks",
    "holdout_weeks",
    "holdout_purchases_count",
    "holdout_recency_weeks",
    "next_90_days_purchases_count",
)
BOUND_SETTINGS = (
    "first_recency_class_days",
    "second_recency_class_days",
    "third_recency_class_days",
    "fourth_recency_class_days",
    "fifth_recency_class_days",
)


@dataclass(frozen=True)
class RecencyClasses:
    """Classes by days since the last purchase (lower bounds, the first is 0), apart for once and more often.

    `prior_customers_count` is for how many customers the rate of everybody counts in the rate of a class.
    """

    lower_days: tuple[float, ...] = (0, 30, 90, 180, 365, 730)
    prior_customers_count: float = 5

    @classmethod
    def of_settings(cls, settings: Mapping[str, float]) -> RecencyClasses:
        """From the topic clv of the seed `settings`."""
        bounds = sorted(settings[name] for name in BOUND_SETTINGS)
        return cls((0.0, *bounds), settings["recency_class_prior_customers_count"])

    @property
    def count(self) -> int:
        return 2 * len(self.lower_days)

    def of(self, weeks_since_last: np.ndarray, repeats: np.ndarray) -> np.ndarray:
        """Index of the class: twice the place of the recency, one more for who came back."""
        # whole days, that a week counted in sevenths falls on the right side of its bound
        days = np.round(np.asarray(weeks_since_last) * 7)
        place = np.searchsorted(np.asarray(self.lower_days), days, side="right") - 1
        return 2 * np.maximum(place, 0) + (np.asarray(repeats) > 0)


@dataclass(frozen=True)
class RepeatRates:
    """What customers known at the beginning of a window brought in it: of everybody, and by class."""

    window_weeks: float
    of_everybody: float
    by_class: np.ndarray
    no_purchase: np.ndarray
    moves: np.ndarray  # shares of each class (rows) that stood in each class at the end

    def by_class_over(self, weeks: float, *, annual_discount_rate: float = 0.0) -> np.ndarray:
        """Purchases by class over any horizon: window by window, customers moving between the classes."""
        expected = np.zeros(len(self.by_class))
        places = np.eye(len(self.by_class))
        start = 0.0
        while start < weeks - 1e-9:
            length = min(self.window_weeks, weeks - start)
            discount = (1 + annual_discount_rate) ** (-(start + length / 2) / WEEKS_PER_YEAR)
            expected += places @ self.by_class * (length / self.window_weeks * discount)
            places = places @ self.moves
            start += self.window_weeks
        return expected


def repeat_rates(
    known: pd.DataFrame, everybody: pd.DataFrame, window_weeks: float, classes: RecencyClasses
) -> RepeatRates:
    """Rates of a window that lies in the past.

    Parameters
    ----------
    known
        One row per customer known at the beginning of the window: `weeks_since_last` and `repeats` then,
        `purchases` in the window, `weeks_since_last_after` at its end.
    everybody
        `repeat_purchase_count`, `age_weeks` and `customers_count` of all who are known now. Their repeats per
        week of their age, over no longer a time than the oldest is known, count for some customers in the
        rate of everybody, and are all of it where nobody was known then.
    """
    prior = classes.prior_customers_count
    per_week, oldest = lifelong_rate(everybody)
    lifelong = per_week * min(window_weeks, oldest)

    repeats, purchases = (known[name].to_numpy(dtype="float64") for name in ("repeats", "purchases"))
    before = classes.of(known["weeks_since_last"].to_numpy(dtype="float64"), repeats)
    after = classes.of(known["weeks_since_last_after"].to_numpy(dtype="float64"), repeats + purchases)
    size = classes.count
    members = np.bincount(before, minlength=size)
    of_everybody = (purchases.sum() + prior * lifelong) / (len(known) + prior)
    none = ((purchases == 0).sum() + prior * np.exp(-lifelong)) / (len(known) + prior)
    moves = np.zeros((size, size))
    np.add.at(moves, (before, after), 1.0)
    # of a class without members it is only known that it grows older
    older = classes.of(
        np.repeat(np.asarray(classes.lower_days) / 7 + window_weeks, 2), np.tile([0, 1], size // 2)
    )
    moves[np.arange(size), older] += np.where(members == 0, 1.0, 0.0)
    return RepeatRates(
        window_weeks=window_weeks,
        of_everybody=float(of_everybody),
        by_class=(np.bincount(before, purchases, size) + prior * of_everybody) / (members + prior),
        no_purchase=(np.bincount(before, purchases == 0, size) + prior * none) / (members + prior),
        moves=moves / moves.sum(axis=1, keepdims=True),
    )


def lifelong_rate(everybody: pd.DataFrame) -> tuple[float, float]:
    """Repeats of all customers per week of their age, and the age of the oldest in weeks."""
    count, age, repeats = (
        everybody[name].to_numpy(dtype="float64")
        for name in ("customers_count", "age_weeks", "repeat_purchase_count")
    )
    weeks_known = float((count * age).sum())
    if weeks_known <= 0:
        return 0.0, 0.0
    return float((count * repeats).sum()) / weeks_known, float(age.max())


def before_the_date(customers: pd.DataFrame) -> pd.DataFrame:
    """`known` of the window that ends at a back-test date and is as long as the time held out after it."""
    is_known = customers["previous_recency_weeks"].notna()
    of_known = customers.loc[is_known]
    return pd.DataFrame(
        {
            "weeks_since_last": of_known["previous_recency_weeks"],
            "repeats": of_known["repeat_purchase_count"] - of_known["previous_purchases_count"],
            "purchases": of_known["previous_purchases_count"],
            "weeks_since_last_after": of_known["age_weeks"] - of_known["recency_weeks"],
        }
    )


def since_the_date(customers: pd.DataFrame) -> pd.DataFrame:
    """`known` of the window from a back-test date until now."""
    return pd.DataFrame(
        {
            "weeks_since_last": customers["age_weeks"] - customers["recency_weeks"],
            "repeats": customers["repeat_purchase_count"],
            "purchases": customers["holdout_purchases_count"],
            "weeks_since_last_after": customers["age_weeks"]
            + customers["holdout_weeks"]
            - customers["holdout_recency_weeks"],
        }
    )


def a_year_before(customers: pd.DataFrame) -> pd.DataFrame:
    """`known` of the window a year before the held-out time; where they moved is not told."""
    of_known = customers.loc[customers["season_recency_weeks"].notna()]
    return pd.DataFrame(
        {
            "weeks_since_last": of_known["season_recency_weeks"],
            "repeats": of_known["season_repeat_purchase_count"],
            "purchases": of_known["season_purchases_count"],
            "weeks_since_last_after": of_known["season_recency_weeks"],
        }
    )


def knows_its_season(sample: pd.DataFrame) -> bool:
    """Whether the business sells in one season, and a back-test date a year ago tells the next one."""
    if sample.empty or not sample["is_seasonal"].astype(bool).all():
        return False
    return bool(((sample["holdout_weeks"].astype("float64") * 7 - YEAR_DAYS).abs() <= SAME_SEASON_DAYS).any())


def naive_forecasts(customers: pd.DataFrame, classes: RecencyClasses) -> dict[str, np.ndarray]:
    """Purchases that each naive forecast expects in the held-out time of a back-test date."""
    weeks = float(customers["holdout_weeks"].iloc[0])
    everybody = customers.assign(customers_count=1)
    rates = repeat_rates(before_the_date(customers), everybody, weeks, classes)
    season = repeat_rates(a_year_before(customers), everybody, weeks, classes)
    x, t_x, T = (
        customers[name].to_numpy() for name in ("repeat_purchase_count", "recency_weeks", "age_weeks")
    )
    return {
        BY_RECENCY: rates.by_class[classes.of(T - t_x, x)],
        BY_SEASON: season.by_class[classes.of(T - t_x, x)],
        REPEAT_RATE: np.full(len(customers), rates.of_everybody),
        FORMULA: (x + 1) / np.maximum(T, WEEKS_PER_YEAR) * weeks,
        SAME_SEASON: customers["season_purchases_count"].to_numpy(),
        SAME_AS_LAST_PERIOD: customers["previous_purchases_count"].to_numpy(),
    }


def class_scores(
    sample: pd.DataFrame,
    everybody: pd.DataFrame,
    classes: RecencyClasses,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
) -> pd.DataFrame:
    """What the two rates expect of customers by class now, learned from the time since the back-test dates.

    Of the dates in `sample` (as for `backtest.backtest`) the one whose time since is nearest to 90 days
    tells the next 90 days, the one nearest to a year the rest. Without any date only the rate of everybody
    is known, and nothing is expected for longer than the oldest customer has been seen. By season the next 90
    days are those after the date a year ago.

    Returns
    -------
    DataFrame
        One row per rate and class: `model`, `repeat_purchase_count` (0 or 1: came back), `days` (the lower
        bound of the days since the last purchase), purchases `next_90_days`, `next_365_days`, `discounted`,
        and `no_purchase_next_90_days`, the share without a purchase, which knows the class under both.
    """
    numbers = sample[list(SINCE_COLUMNS)].astype("float64").assign(as_of_date=sample["as_of_date"])
    windows, last_year = {}, numbers.iloc[:0]
    for days in (90, 365):
        lengths = numbers.groupby("as_of_date")["holdout_weeks"].first() * 7
        if lengths.empty:
            known, weeks = since_the_date(numbers), days / 7
        else:
            nearest = (lengths - days).abs().idxmin()
            last_year = numbers.loc[numbers["as_of_date"] == nearest]
            known, weeks = since_the_date(last_year), lengths[nearest] / 7
        windows[days] = repeat_rates(known, everybody, weeks, classes)
    quarter, year = windows[90], windows[365]
    season_purchases = last_year["next_90_days_purchases_count"]
    season = repeat_rates(
        since_the_date(last_year).assign(purchases=season_purchases), everybody, 90 / 7, classes
    )
    lifelong, oldest = lifelong_rate(everybody)
    horizons = {
        "next_90_days": (quarter, 90 / 7, 0.0),
        "next_365_days": (year, 365 / 7, 0.0),
        "discounted": (year, value_horizon_days / 7, annual_discount_rate),
    }
    of_everybody = {
        name: (
            _at_a_constant_rate(window.of_everybody / window.window_weeks, weeks, rate)
            if len(numbers)
            else _at_a_constant_rate(lifelong, min(weeks, oldest), rate)
        )
        for name, (window, weeks, rate) in horizons.items()
    }
    everybodys = {name: np.full(classes.count, value) for name, value in of_everybody.items()}
    by_class = {
        name: window.by_class_over(weeks, annual_discount_rate=rate)
        for name, (window, weeks, rate) in horizons.items()
    }
    shape = {
        "repeat_purchase_count": np.tile([0, 1], len(classes.lower_days)),
        "days": np.repeat(np.asarray(classes.lower_days, dtype="int64"), 2),
        "no_purchase_next_90_days": quarter.no_purchase ** (90 / 7 / quarter.window_weeks),
    }
    rows = pd.concat(
        [
            pd.DataFrame({"model": REPEAT_RATE, **shape, **everybodys}),
            pd.DataFrame({"model": BY_RECENCY, **shape, **(by_class if len(numbers) else everybodys)}),
            pd.DataFrame(
                {
                    "model": BY_SEASON,
                    **shape,
                    **by_class,
                    "next_90_days": season.by_class,
                    "no_purchase_next_90_days": season.no_purchase,
                }
            ),
        ],
        ignore_index=True,
    )
    # the two windows may contradict each other: a year holds its first 90 days
    return rows.assign(next_365_days=rows[["next_90_days", "next_365_days"]].max(axis=1))


def _at_a_constant_rate(per_week: float, weeks: float, annual_discount_rate: float) -> float:
    """Purchases at one rate over a horizon, discounted continuously."""
    if annual_discount_rate <= 0:
        return per_week * weeks
    force = np.log1p(annual_discount_rate) / WEEKS_PER_YEAR
    return float(per_week * (1 - np.exp(-force * weeks)) / force)
