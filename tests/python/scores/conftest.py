"""Data that several score tests share: the published CDNOW purchases, and simulated customers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from helpers.cdnow import cdnow_file

CALIBRATION_END = pd.Timestamp("1997-09-30")
HOLDOUT_END = pd.Timestamp("1998-06-30")

HISTORY = ["repeat_purchase_count", "recency_weeks", "age_weeks", "customers_count"]


def _histories_at(purchases: pd.DataFrame, end: pd.Timestamp = CALIBRATION_END) -> pd.DataFrame:
    """One row per customer: x, t_x, T in weeks, mean repeat spend; same-day purchases merged."""
    days = (
        purchases.loc[purchases["date"] <= end].groupby(["customer", "date"], as_index=False)["amount"].sum()
    )
    days["first"] = days.groupby("customer")["date"].transform("min")
    repeats = days.loc[days["date"] > days["first"]].groupby("customer")["amount"].agg(["count", "mean"])
    span = days.groupby("customer")["date"].agg(["min", "max"])
    repeats = repeats.reindex(span.index)
    return pd.DataFrame(
        {
            "repeat_purchase_count": repeats["count"].fillna(0).astype("int64"),
            "recency_weeks": (span["max"] - span["min"]).dt.days / 7,
            "age_weeks": (end - span["min"]).dt.days / 7,
            "customers_count": 1,
            "mean_repeat_spend_amount": repeats["mean"],
        }
    )


def simulate(
    random: np.random.Generator,
    *,
    rate: np.ndarray,
    age: np.ndarray,
    horizon: float,
    dropout: np.ndarray | None = None,
    lifetime: np.ndarray | None = None,
    first_purchase_is_a_chance: bool = False,
) -> pd.DataFrame:
    """Customers who buy at `rate`, dropping out with a chance per purchase or after a lifetime."""
    size = len(rate)
    clock, last = np.zeros(size), np.zeros(size)
    before, after = np.zeros(size, dtype=int), np.zeros(size, dtype=int)
    end = age + horizon if lifetime is None else np.minimum(age + horizon, lifetime)
    alive = np.ones(size, dtype=bool)
    if dropout is not None and first_purchase_is_a_chance:
        alive &= random.random(size) >= dropout
    while alive.any():
        clock[alive] += random.exponential(1 / rate[alive])
        alive &= clock <= end
        in_history = alive & (clock <= age)
        before[in_history] += 1
        last[in_history] = clock[in_history]
        after[alive & ~in_history] += 1
        if dropout is not None:
            alive &= random.random(size) >= dropout
    return pd.DataFrame(dict(zip(HISTORY, (before, last, age, 1), strict=True))).assign(later_purchases=after)


@pytest.fixture(scope="session")
def cdnow_purchases() -> pd.DataFrame:
    """Lines of the CDNOW sample: customer, date, amount."""
    frame = pd.read_csv(
        cdnow_file("CDNOW_sample.txt"),
        sep=r"\s+",
        header=None,
        names=["master_id", "customer", "date", "cds_count", "amount"],
    )
    return frame.assign(date=pd.to_datetime(frame["date"].astype(str)))


@pytest.fixture(scope="session")
def cdnow_master_purchases() -> pd.DataFrame:
    """Lines of all 23,570 CDNOW customers: customer, date, amount."""
    frame = pd.read_csv(
        cdnow_file("CDNOW_master.txt"),
        sep=r"\s+",
        header=0,
        names=["customer", "date", "cds_count", "amount"],
    )
    return frame.assign(date=pd.to_datetime(frame["date"].astype(str)))


@pytest.fixture(scope="session")
def cdnow(cdnow_purchases: pd.DataFrame) -> pd.DataFrame:
    """Histories of the 2,357 customers at the end of the calibration period."""
    return _histories_at(cdnow_purchases)


@pytest.fixture(scope="session")
def histories_at() -> Callable[..., pd.DataFrame]:
    """From purchases and an end date to one history per customer."""
    return _histories_at


@pytest.fixture(scope="session")
def holdout_purchases() -> Callable[[pd.DataFrame, pd.Index], pd.Series]:
    """Purchase days in the 39 weeks after the calibration period, per customer of an index."""

    def count(purchases: pd.DataFrame, customers: pd.Index) -> pd.Series:
        is_later = (purchases["date"] > CALIBRATION_END) & (purchases["date"] <= HOLDOUT_END)
        days = purchases.loc[is_later].drop_duplicates(["customer", "date"])
        return days.groupby("customer").size().reindex(customers, fill_value=0)

    return count


@pytest.fixture(scope="session")
def simulated() -> dict[str, tuple[dict[str, float], pd.DataFrame]]:
    """True parameters and 12,000 customers of each model, followed for 39 weeks more."""
    random = np.random.default_rng(20260630)
    size, horizon = 12_000, 39.0
    age = random.integers(7, 7 * 78, size) / 7
    made = {}
    for model, chance in (("bg_nbd", False), ("mbg_nbd", True)):
        params = {"r": 0.6, "alpha": 5.0, "a": 0.8, "b": 2.5}
        made[model] = (
            params,
            simulate(
                random,
                rate=random.gamma(params["r"], 1 / params["alpha"], size),
                age=age,
                horizon=horizon,
                dropout=random.beta(params["a"], params["b"], size),
                first_purchase_is_a_chance=chance,
            ),
        )
    params = {"r": 0.6, "alpha": 6.0, "s": 0.7, "beta": 15.0}
    made["pareto_nbd"] = (
        params,
        simulate(
            random,
            rate=random.gamma(params["r"], 1 / params["alpha"], size),
            age=age,
            horizon=horizon,
            lifetime=random.exponential(1 / random.gamma(params["s"], 1 / params["beta"], size)),
        ),
    )
    params = {"r": 1.5, "alpha": 8.0}
    made["nbd"] = (
        params,
        simulate(random, rate=random.gamma(params["r"], 1 / params["alpha"], size), age=age, horizon=horizon),
    )
    return made
