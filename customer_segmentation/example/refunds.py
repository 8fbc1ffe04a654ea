"""Refunds: of the orders of the purchase process, and those that careless readers count wrongly.

An order of the process is refunded as a whole or in part; some of the latter once more, never above what they
cost. Of cancelled and of test orders some are refunded too: they are no sale, so their refunds lower nothing.
A refund has no currency of its own: it is in that of its order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from customer_segmentation.example import places
from customer_segmentation.example.columns import DAY_US, SECOND_US, labels, money, row_ids, timestamps
from customer_segmentation.example.customers import Block
from customer_segmentation.example.parameters import SHARES
from customer_segmentation.example.purchases import CANCELED, CANCELLED, REFUNDED, TEST, Orders

REFUND_REASONS = (
    "damaged",
    "wrong item",
    "too late",
    "did not like it",
    "better price elsewhere",
    "not as described",
)
FEWEST = 3


@dataclass(frozen=True)
class PartRefunds:
    """The first refund of each partly refunded order: order index, hundredths, microseconds."""

    order: np.ndarray
    amount: np.ndarray
    refunded_at: np.ndarray


def refund_columns(
    rng: np.random.Generator, block: Block, orders: Orders, *, first_number: int
) -> tuple[dict[str, pa.Array], PartRefunds]:
    """The refunds of the purchase process; marks fully refunded orders in `orders.status`."""
    u = rng.random(orders.n)
    dissatisfied = 1.5 - block.satisfaction[orders.customer] * 0.75
    is_full = orders.is_purchase & (u < SHARES["refunded_fully"] * dissatisfied)
    is_part = orders.is_purchase & ~is_full & (u > 1.0 - SHARES["refunded_partly"] * dissatisfied)
    order = np.flatnonzero(is_full | is_part)
    delay_days = np.where(
        rng.random(len(order)) < 0.15, rng.uniform(31, 90, len(order)), rng.gamma(2.0, 6.0, len(order))
    )
    refunded_at = orders.ordered_at[order] + ((delay_days + 0.5) * 86_400).astype(np.int64) * SECOND_US
    happened = refunded_at < block.end_us
    order, refunded_at = order[happened], refunded_at[happened]
    n = len(order)
    is_full = is_full[order]
    orders.status[order[is_full]] = REFUNDED
    smallest = places.SMALLEST_AMOUNT[orders.currency[order]]
    part = (
        np.maximum(np.rint(orders.net[order] * rng.uniform(0.15, 0.8, n) / smallest).astype(np.int64), 1)
        * smallest
    )
    amount = np.where(is_full, orders.net[order], np.minimum(part, orders.net[order]))
    reasons = labels(rng.integers(0, len(REFUND_REASONS), n), REFUND_REASONS, where=rng.random(n) < 0.9)
    columns = _columns(block, orders, order, refunded_at, amount, reasons, first_number=first_number)
    return columns, PartRefunds(order[~is_full], amount[~is_full], refunded_at[~is_full])


def unusual_refund_columns(
    rng: np.random.Generator, block: Block, orders: Orders, parts: PartRefunds, *, first_number: int
) -> dict[str, pa.Array]:
    """Second refunds of partly refunded orders, and refunds of orders that are no sale."""
    second, second_amount, second_at = _second_refunds(rng, block, orders, parts)
    chosen = [second]
    for statuses in ((CANCELLED, CANCELED), (TEST,)):
        no_sale = np.flatnonzero(
            np.isin(orders.status, statuses) & (orders.ordered_at < block.end_us - 2 * DAY_US)
        )
        chosen.append(_some(rng, no_sale, SHARES["refunded_without_sale"]))
    order = np.concatenate(chosen)
    n = len(order) - len(second)
    delay = (rng.uniform(0.01, 1.9, n) * 86_400).astype(np.int64) * SECOND_US
    refunded_at = np.concatenate([second_at, orders.ordered_at[order[len(second) :]] + delay])
    amount = np.concatenate([second_amount, orders.net[order[len(second) :]]])
    by_time = np.argsort(refunded_at, kind="stable")
    order, refunded_at, amount = order[by_time], refunded_at[by_time], amount[by_time]
    reasons = labels(
        rng.integers(0, len(REFUND_REASONS), len(order)), REFUND_REASONS, where=rng.random(len(order)) < 0.5
    )
    return _columns(block, orders, order, refunded_at, amount, reasons, first_number=first_number)


def _second_refunds(
    rng: np.random.Generator, block: Block, orders: Orders, parts: PartRefunds
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order, hundredths and time of refunds that follow a first one: at most what is left of the order."""
    smallest = places.SMALLEST_AMOUNT[orders.currency[parts.order]]
    left = orders.net[parts.order] - parts.amount
    refunded_at = parts.refunded_at + rng.integers(3_600, 20 * 86_400, len(parts.order)) * SECOND_US
    candidates = np.flatnonzero((left >= smallest) & (refunded_at < block.end_us))
    is_foreign = orders.currency[parts.order[candidates]] > 0
    chosen = np.concatenate(
        [
            _some(rng, candidates[is_foreign], SHARES["refunded_again"]),
            _some(rng, candidates[~is_foreign], SHARES["refunded_again"]),
        ]
    )
    ratio = rng.uniform(0.3, 1.0, len(chosen))
    smallest = smallest[chosen]
    amount = np.maximum(np.floor(left[chosen] * ratio / smallest).astype(np.int64), 1) * smallest
    return parts.order[chosen], amount, refunded_at[chosen]


def _some(rng: np.random.Generator, candidates: np.ndarray, ratio: float) -> np.ndarray:
    """A share of the candidates, a few at least."""
    return rng.permutation(candidates)[: max(FEWEST, round(len(candidates) * ratio))]


def _columns(
    block: Block,
    orders: Orders,
    order: np.ndarray,
    refunded_at: np.ndarray,
    amount: np.ndarray,
    reasons: pa.Array,
    *,
    first_number: int,
) -> dict[str, pa.Array]:
    """The table `refunds`."""
    return {
        "refund_id": row_ids("R", first_number + np.arange(len(order)), width=9),
        "order_id": orders.order_ids.take(pa.array(order)),
        "refunded_at": timestamps(refunded_at),
        "amount": money(amount),
        "reason": reasons,
        "customer_id": block.ids_at(orders.customer[order], orders.ordered_at[order]),
    }
