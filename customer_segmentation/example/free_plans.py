"""Subscriptions that are no contract: free plans, trials, and those that ended on their first day.

They stand beside the contracts of the renewal process and leave its truth alone. A free plan or trial has no
amount or one of zero; one that became paid ends when the contract begins.
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
from customer_segmentation.example.parameters import SHARES
from customer_segmentation.example.subscriptions import REASONS, UPGRADED
from customer_segmentation.example.users import Users

ALL_PLANS = (*PLANS, "Planner Free", "Planner Trial")
ALL_TIERS = (*PLAN_TIERS, "free", "trial")
FREE, TRIAL = len(PLANS), len(PLANS) + 1
NOT_USED = REASONS.index("not used")
FEWEST = 3

Rows = tuple[
    np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray
]  # customer, plan, start, end or -1, reason or -1


def free_plan_columns(
    rng: np.random.Generator, block: Block, users: Users, rates: places.ExchangeRates, *, first_number: int
) -> dict[str, pa.Array]:
    """Rows of the table `subscriptions` in the order of their start."""
    parts = [
        _free_plans(rng, block),
        _free_before_paid(rng, block),
        _trials(rng, block, users),
        _ended_on_first_day(rng, block),
    ]
    customer, plan, started, ended, reason = (np.concatenate(column) for column in zip(*parts, strict=True))
    by_time = np.argsort(started, kind="stable")
    customer, plan, started, ended, reason = (
        column[by_time] for column in (customer, plan, started, ended, reason)
    )
    n = len(customer)
    currency = block.currency[customer]
    smallest = places.SMALLEST_AMOUNT[currency]
    price = np.append(PLAN_PRICE_PER_SEAT, [0.0, 0.0])[plan] / rates.on(currency, started // DAY_US)
    mrr = np.rint(price * 100 / smallest).astype(np.int64) * smallest
    return {
        "subscription_id": row_ids("B", first_number + np.arange(n), width=8),
        "customer_id": block.ids_at(customer, started),
        "plan": labels(plan, ALL_PLANS),
        "plan_tier": labels(plan, ALL_TIERS),
        "billing_interval": labels(np.zeros(n, np.int64), ("month",)),
        "seats": numbers(np.ones(n, np.int32)),
        # some sources leave out the amount of what costs nothing
        "mrr_amount": money(mrr, where=(mrr > 0) | (rng.random(n) < 0.7)),
        "currency_code": labels(currency, places.CURRENCIES),
        "started_at": timestamps(started),
        "ended_at": timestamps(ended, where=ended >= 0),
        "cancellation_reason": labels(reason, REASONS, where=ended >= 0),
    }


def _free_plans(rng: np.random.Generator, block: Block) -> Rows:
    """Customers without a contract on a free plan; some leave it."""
    others = np.flatnonzero(block.subscribed_at < 0)
    customer = _some(rng, others, SHARES["free_plans"] * block.n / max(len(others), 1))
    started = _between(rng, block.created_at[customer], block.end_us)
    ended = started + (rng.exponential(200.0, len(customer)) * 86_400 + 86_400).astype(np.int64) * SECOND_US
    ended = np.where((rng.random(len(customer)) < 0.5) & (ended < block.end_us), ended, -1)
    reason = np.where(rng.random(len(customer)) < 0.5, NOT_USED, -1)
    return customer, np.full(len(customer), FREE), started, ended, reason


def _free_before_paid(rng: np.random.Generator, block: Block) -> Rows:
    """Subscribers who were on a free plan until their contract began."""
    customer = _some(rng, np.flatnonzero(block.subscribed_at >= 0), SHARES["free_before_paid"])
    paid = block.subscribed_at[customer]
    started = _between(rng, np.minimum(block.created_at[customer], paid - DAY_US), paid)
    return customer, np.full(len(customer), FREE), started, paid, np.full(len(customer), UPGRADED)


def _trials(rng: np.random.Generator, block: Block, users: Users) -> Rows:
    """Trials of users, as the billing keeps them: running, lapsed or followed by the contract."""
    tried = np.flatnonzero((users.customer >= 0) & (users.trial_started_at >= 0))
    is_paid = block.subscribed_at[users.customer[tried]] >= 0
    share = SHARES["trials_as_subscriptions"]
    has_ended = users.trial_ended_at[tried] >= 0
    user = np.concatenate(
        [_some(rng, tried[which], share) for which in (is_paid, ~is_paid & has_ended, ~is_paid & ~has_ended)]
    )
    customer = users.customer[user]
    is_paid = block.subscribed_at[customer] >= 0
    ended = np.where(is_paid, block.subscribed_at[customer], users.trial_ended_at[user])
    reason = np.where(is_paid, UPGRADED, np.where(rng.random(len(user)) < 0.5, NOT_USED, -1))
    return customer, np.full(len(user), TRIAL), users.trial_started_at[user], ended, reason


def _ended_on_first_day(rng: np.random.Generator, block: Block) -> Rows:
    """Paid plans that businesses without a contract took and gave back within hours."""
    others = np.flatnonzero(
        block.is_business & (block.subscribed_at < 0) & (block.created_at < block.end_us - 2 * DAY_US)
    )
    customer = _some(rng, others, SHARES["first_day_subscriptions"] * block.n / max(len(others), 1))
    day = _between(rng, block.created_at[customer] + DAY_US, block.end_us) // DAY_US
    started = day * DAY_US + rng.integers(8 * 3_600, 16 * 3_600, len(customer)) * SECOND_US
    ended = started + rng.integers(600, 6 * 3_600, len(customer)) * SECOND_US
    plan = rng.integers(0, len(PLANS), len(customer))
    return customer, plan, started, ended, np.full(len(customer), NOT_USED)


def _some(rng: np.random.Generator, candidates: np.ndarray, ratio: float) -> np.ndarray:
    """A share of the candidates, a few at least."""
    return rng.permutation(candidates)[: max(FEWEST, round(len(candidates) * ratio))]


def _between(rng: np.random.Generator, earliest_us: np.ndarray, latest_us: np.ndarray | int) -> np.ndarray:
    """Instants in whole seconds between two others."""
    span = np.maximum(latest_us - earliest_us - SECOND_US, 0)
    return (earliest_us + (rng.random(len(earliest_us)) * span).astype(np.int64)) // SECOND_US * SECOND_US
