"""Small made-up businesses of many kinds, the same on every run, and their back-test sample as the warehouse makes it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from customer_segmentation.clv.backtest import SAMPLE_COLUMNS

AS_OF = pd.Timestamp("2026-06-30")
BACKTEST_MONTHS = (3, 6, 12)
FEWEST_DAYS, LEAST_RATIO = 60, 0.5  # days known before a back-test date, and in relation to those after it

Random = np.random.Generator
Rows = list[tuple[str, float, float]]  # customer, days before the as-of date, amount


def _poisson_buyer(
    random: Random,
    name: str,
    first: float,
    gap: float,
    *,
    leaves: float = 0.0,
    spend: float = 50.0,
    season: Callable[[float], float] | None = None,
    until: float = 0.0,
) -> Rows:
    """Buys first so many days ago, then about every `gap` days, leaving with a chance after each purchase."""
    rows: Rows = []
    day = first
    while day >= until:
        if not rows or season is None or random.random() < season(day):
            rows.append((name, day, float(random.gamma(4, spend / 4))))
            if random.random() < leaves:
                break
        day -= random.exponential(gap)
    return rows


def _population(
    random: Random, size: int, oldest: float, *, newest: float = 0.0, arrival: float = 1.0, **habits: float
) -> Rows:
    """Buyers with rates and spend of their own; `arrival` above 1: ever more of them, below: ever fewer."""
    rows: Rows = []
    for number in range(size):
        first = newest + (oldest - newest) * random.random() ** arrival
        gap = habits["gap"] / random.gamma(2, 0.5)
        spend = 40 * random.lognormal(0, 0.4)
        rows += _poisson_buyer(
            random, f"c{number}", first, gap, leaves=habits.get("leaves", 0.1), spend=spend
        )
    return rows


def _one_time(random: Random) -> Rows:
    return [(f"c{number}", random.uniform(0, 900), random.gamma(4, 60)) for number in range(120)]


def _few_repeaters(random: Random) -> Rows:
    rows = [(f"c{number}", random.uniform(0, 900), random.gamma(4, 60)) for number in range(600)]
    return rows + [(f"c{number}", random.uniform(0, rows[number][1]), 80.0) for number in range(18)]


def _seasonal(random: Random, customers: int = 300, oldest: float = 1_100) -> Rows:
    """Nine tenths of the sales in November and December."""

    def season(day: float) -> float:
        month = (AS_OF - pd.Timedelta(days=day)).month
        return 0.9 if month in (11, 12) else 0.02

    rows: Rows = []
    for number in range(customers):
        rows += _poisson_buyer(random, f"c{number}", random.uniform(200, oldest), 20, season=season)
    return rows


def _wholesale(random: Random) -> Rows:
    """Few customers, many orders, large amounts of very different size."""
    rows: Rows = []
    for number in range(70):
        gap, spend = random.uniform(5, 30), 2_000 * random.lognormal(0, 1)
        rows += _poisson_buyer(random, f"c{number}", random.uniform(500, 1_200), gap, spend=spend)
    return rows


def _regulars(random: Random) -> Rows:
    """Every 30 days to the day, as subscriptions billed by orders are; some end."""
    rows: Rows = []
    for number in range(150):
        first = int(random.uniform(60, 1_000))
        last = 0 if random.random() < 0.7 else int(random.uniform(0, first))
        rows += [(f"c{number}", float(day), 29.0) for day in range(first, last - 1, -30)]
    return rows


def _contract(random: Random) -> Rows:
    """One large invoice a year, and small ones in between for few."""
    rows: Rows = []
    for number in range(120):
        first = random.uniform(30, 1_400)
        years = int(random.geometric(0.2))
        rows += [(f"c{number}", first - 365 * year, 5_000.0) for year in range(years) if first >= 365 * year]
    return rows


def _half_of_the_sales(random: Random) -> Rows:
    rows = _population(random, 200, 900, gap=90)
    total = sum(amount for _, _, amount in rows)
    days = np.arange(3, 890, 7.0)
    return rows + [("giant", float(day), total / len(days)) for day in days]


def _sudden_stop(random: Random) -> Rows:
    """Nobody buys any more for the last 100 days."""
    return [row for row in _population(random, 300, 1_000, gap=40) if row[1] > 100]


def _heavy_tail(random: Random) -> Rows:
    rows: Rows = []
    for number in range(400):
        gap = 400 / random.pareto(1.2)
        rows += _poisson_buyer(
            random,
            f"c{number}",
            random.uniform(0, 1_000),
            max(gap, 2),
            leaves=0.05,
            spend=30 * (1 + random.pareto(1.5)),
        )
    return rows


def _campaign(random: Random) -> Rows:
    """Everybody came in one week of last autumn; a third came back once at Easter."""
    rows = [(f"c{number}", random.uniform(270, 277), 40.0) for number in range(300)]
    return rows + [(f"c{number}", random.uniform(80, 90), 40.0) for number in range(100)]


def _dying(random: Random) -> Rows:
    """Customers come no more and the old ones leave."""
    return _population(random, 400, 1_400, newest=500, gap=40, leaves=0.15)


KINDS: dict[str, Callable[[Random], Rows]] = {
    "one_time": _one_time,
    "few_repeaters": _few_repeaters,
    "steady": lambda random: _population(random, 500, 1_200, gap=60),
    "seasonal": _seasonal,
    "growing": lambda random: _population(random, 600, 900, gap=50, arrival=2.5),
    "shrinking": lambda random: _population(random, 600, 1_200, gap=50, arrival=0.4),
    "dying": _dying,
    "contract": _contract,
    "wholesale": _wholesale,
    "regulars": _regulars,
    "half_of_the_sales": _half_of_the_sales,
    "sudden_stop": _sudden_stop,
    "launch": lambda random: _population(random, 250, 160, gap=30),
    "ten_days": lambda random: _population(random, 60, 10, gap=20),
    "heavy_tail": _heavy_tail,
    "campaign": _campaign,
    "loyal_few": lambda random: _population(random, 30, 900, gap=15, leaves=0.0),
    "rare_buyers": lambda random: _population(random, 800, 1_500, gap=600, leaves=0.05),
    "christmas": lambda random: _seasonal(random, 900, 1_700),
}


def purchases_of(kind: str) -> pd.DataFrame:
    """Purchase days of a business: `customer`, `date`, `amount`, days that are equal merged."""
    rows = KINDS[kind](np.random.default_rng([2026, list(KINDS).index(kind)]))
    frame = pd.DataFrame(rows, columns=["customer", "days_ago", "amount"])
    frame["date"] = AS_OF - pd.to_timedelta(np.floor(frame["days_ago"]), unit="D")
    return frame.groupby(["customer", "date"], as_index=False)["amount"].sum()


def histories_at(purchases: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    """One row per customer known at a date, as int_clv_histories has them."""
    known = purchases.loc[purchases["date"] <= date].sort_values(["customer", "date"])
    by_customer = known.groupby("customer")
    first, last = by_customer["date"].min(), by_customer["date"].max()
    repeats = by_customer.size() - 1
    later = by_customer["amount"].sum() - by_customer["amount"].first()
    return pd.DataFrame(
        {
            "repeat_purchase_count": repeats,
            "recency_weeks": (last - first).dt.days / 7,
            "age_weeks": (date - first).dt.days / 7,
            "mean_repeat_spend_amount": later / repeats.where(repeats > 0),
            "mean_spend_amount": by_customer["amount"].mean(),
            "customers_count": 1,
        }
    )


def sells_in_one_season(purchases: pd.DataFrame, as_of: pd.Timestamp) -> bool:
    """Whether some 13 weeks held half of the purchase days of both years before a date, as the warehouse says it."""
    days = (as_of - purchases["date"]).dt.days
    if days.max() < 729:
        return False
    weeks = [days[(days >= start) & (days < start + 365)].sub(start).floordiv(7) for start in (0, 365)]
    if min(len(year) for year in weeks) < 100:
        return False
    return any(
        all(((first - year) % 53 < 13).mean() >= 0.5 for year in weeks)
        for first in set(weeks[0]) | set(weeks[1])
    )


def backtest_sample(purchases: pd.DataFrame, as_of: pd.Timestamp = AS_OF) -> pd.DataFrame:
    """The sample of all back-test dates, as int_clv_backtest_customers has it."""
    parts = [pd.DataFrame(columns=list(SAMPLE_COLUMNS))]
    for months in BACKTEST_MONTHS:
        date = as_of - pd.offsets.MonthEnd(months)
        history = histories_at(purchases, date)
        days = (as_of - date).days
        known_days = history["age_weeks"].max() * 7 if len(history) else 0
        if known_days < max(FEWEST_DAYS, LEAST_RATIO * days):
            continue

        def between(start: pd.Timestamp, end: pd.Timestamp) -> pd.api.typing.DataFrameGroupBy:
            is_in = (purchases["date"] > start) & (purchases["date"] <= end)
            return purchases.loc[is_in].groupby("customer")

        def counted(start: pd.Timestamp, end: pd.Timestamp, of: pd.Index) -> pd.Series:
            return between(start, end).size().reindex(of, fill_value=0)

        index = history.index
        length = pd.Timedelta(days=days)
        year = pd.Timedelta(days=365)
        last = between(date - 99 * year, as_of)["date"].max().reindex(index)
        before = between(date - 99 * year, date - length)["date"].max().reindex(index)
        until_season = between(date - 99 * year, date - year)
        season_last = until_season["date"].max().reindex(index)
        first = date - pd.to_timedelta((history["age_weeks"] * 7).round(), unit="D")
        parts.append(
            history.assign(
                as_of_date=date,
                holdout_weeks=days / 7,
                holdout_purchases_count=counted(date, as_of, index),
                holdout_recency_weeks=(last - first).dt.days / 7,
                holdout_spend_amount=between(date, as_of)["amount"].sum().reindex(index, fill_value=0),
                previous_purchases_count=counted(date - length, date, index),
                previous_recency_weeks=(date - length - before).dt.days / 7,
                season_purchases_count=counted(date - year, date - year + length, index),
                season_recency_weeks=(date - year - season_last).dt.days / 7,
                season_repeat_purchase_count=until_season.size().reindex(index) - 1,
                next_90_days_purchases_count=counted(date, date + pd.Timedelta(days=90), index),
                is_seasonal=sells_in_one_season(purchases.loc[purchases["date"] <= as_of], as_of),
            )[list(SAMPLE_COLUMNS)]
        )
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
