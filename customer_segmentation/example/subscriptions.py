"""Contracts of business customers: monthly and yearly plans, upgrades as new rows, churn with reasons.

At every renewal a customer ends the contract with its own probability, drawn once from a beta
distribution (shifted beta-geometric). An upgrade ends a row with the reason `upgraded` and starts the
next row at the same instant; the renewal age of the customer runs on.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from customer_segmentation.example import places
from customer_segmentation.example.catalogue import PLAN_PRICE_PER_SEAT, PLAN_TIERS, PLANS
from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    labels,
    money,
    numbers,
    row_ids,
    timestamps,
)
from customer_segmentation.example.customers import Block
from customer_segmentation.example.parameters import RENEWAL, SHARES

REASONS = ("too expensive", "missing feature", "switched to a competitor", "not used", "bad support",
           "went out of business", "upgraded")  # fmt: skip
UPGRADED = 6


def draw_subscribers(rng: np.random.Generator, block: Block) -> None:
    """Decides who subscribes and when (`block.subscribed_at`), before users and trials are drawn."""
    is_subscriber = block.is_business & block.is_buyer & (rng.random(block.n) < SHARES["subscription"])
    delay_days = 14 + np.where(rng.random(block.n) < 0.5, 0, rng.exponential(90.0, block.n))
    start = block.created_at + (delay_days * 86_400).astype(np.int64) * SECOND_US
    block.subscribed_at = np.where(is_subscriber & (start < block.end_us), start, -1)


def _add_months(times_us: np.ndarray, months: np.ndarray) -> np.ndarray:
    day, rest = np.divmod(times_us, DAY_US)
    as_days = day.astype("datetime64[D]")
    month = as_days.astype("datetime64[M]")
    day_of_month = (as_days - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months.astype("timedelta64[M]")
    last = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64) - 1
    return (target.astype("datetime64[D]").astype(np.int64) + np.minimum(day_of_month, last)) * DAY_US + rest


def subscription_columns(
    rng: np.random.Generator, block: Block, rates: places.ExchangeRates, *, first_number: int
) -> dict[str, pa.Array]:
    """The table `subscriptions`; adds renewal truth to `block.extras`."""
    customer = np.flatnonzero(block.subscribed_at >= 0)
    n = len(customer)
    started = block.subscribed_at[customer]
    is_yearly = rng.random(n) < SHARES["yearly_billing"]
    theta = np.where(
        is_yearly,
        rng.beta(RENEWAL["year"]["alpha"], RENEWAL["year"]["beta"], n),
        rng.beta(RENEWAL["month"]["alpha"], RENEWAL["month"]["beta"], n),
    )
    renewals = np.minimum(rng.geometric(np.maximum(theta, 1e-6)), 600)
    ended = _add_months(started, np.where(is_yearly, 12, 1) * renewals)
    is_ended = ended < block.end_us

    block.extras["renewal_churn_probability"] = np.full(block.n, np.nan)
    block.extras["renewal_churn_probability"][customer] = theta
    block.extras["is_yearly"] = np.zeros(block.n, bool)
    block.extras["is_yearly"][customer] = is_yearly
    block.extras["subscription_ended_at"] = np.full(block.n, -1)
    block.extras["subscription_ended_at"][customer] = np.where(is_ended, ended, -1)

    tier = rng.choice(3, n, p=[0.5, 0.37, 0.13])
    seats = np.minimum(1 + rng.geometric(np.array([0.5, 0.18, 0.04])[tier]), 500)
    # a quarter upgrades once, at a renewal well inside the contract
    lasts = np.minimum(ended, block.end_us) - started
    upgrade_at = _add_months(started, np.where(is_yearly, 12, rng.integers(2, 14, n)))
    upgrades = (rng.random(n) < 0.25) & (tier < 2) & (upgrade_at < started + lasts - 20 * DAY_US)

    row_customer = np.concatenate([customer, customer[upgrades]])
    row_started = np.concatenate([started, upgrade_at[upgrades]])
    row_ended = np.concatenate([np.where(upgrades, upgrade_at, ended), ended[upgrades]])
    row_is_ended = np.concatenate([is_ended | upgrades, is_ended[upgrades]])
    row_tier = np.concatenate([tier, tier[upgrades] + 1])
    row_seats = np.concatenate([seats, seats[upgrades] + rng.integers(0, 6, upgrades.sum())])
    row_yearly = np.concatenate([is_yearly, is_yearly[upgrades]])
    reason = rng.choice(6, len(row_customer), p=[0.3, 0.2, 0.2, 0.15, 0.1, 0.05])
    reason = np.where(rng.random(len(reason)) < 0.85, reason, -1)
    reason[:n][upgrades] = UPGRADED

    by_time = np.argsort(row_started, kind="stable")
    row_customer, row_started, row_ended = row_customer[by_time], row_started[by_time], row_ended[by_time]
    row_is_ended, row_tier, row_seats = row_is_ended[by_time], row_tier[by_time], row_seats[by_time]
    row_yearly, reason = row_yearly[by_time], reason[by_time]

    currency = block.currency[row_customer]
    price = PLAN_PRICE_PER_SEAT[row_tier] * np.where(row_yearly, 0.85, 1.0)
    smallest = places.SMALLEST_AMOUNT[currency]
    rate = rates.on(currency, row_started // DAY_US)
    mrr = np.rint(price * row_seats / rate * 100 / smallest).astype(np.int64) * smallest
    rows_count = len(row_customer)
    return {
        "subscription_id": row_ids("B", first_number + np.arange(rows_count), width=8),
        "customer_id": block.ids_at(row_customer, row_started),
        "plan": labels(row_tier, PLANS),
        "plan_tier": labels(row_tier, PLAN_TIERS),
        "billing_interval": labels(row_yearly.astype(np.int64), ("month", "year")),
        "seats": numbers(row_seats.astype(np.int32)),
        "mrr_amount": money(mrr),
        "currency_code": labels(currency, places.CURRENCIES),
        "started_at": timestamps(row_started),
        "ended_at": timestamps(row_ended, where=row_is_ended),
        "cancellation_reason": labels(reason, REASONS, where=row_is_ended),
    }
