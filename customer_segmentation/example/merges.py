"""Customers who were kept twice: the old id that some of their facts stand under until the rows are merged.

An old id is a prospect or lead of its own. From its creation until the survivor's last order the survivor's
orders, refunds, subscriptions and product events stand under it; the truth counts them as the survivor's. One
merge in four is a chain of two: the survivor went by one old id until the order before the last,
then by another, and the first was merged into the second.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from customer_segmentation.example.customers import LEAD, PROSPECT, Block, OldIds
from customer_segmentation.example.parameters import SHARES
from customer_segmentation.example.purchases import Orders

FEWEST = 4


def draw_merges(rng: np.random.Generator, block: Block, orders: Orders) -> dict[str, pa.Array]:
    """The table `customer_merges`; fills `block.old_ids` and the truth in `block.extras`.

    Chains come first, then subscribers whose subscription began under the old id, as long as there are any.
    """
    spare = rng.permutation(np.flatnonzero(np.isin(block.role, (PROSPECT, LEAD))))
    targets = rng.permutation(np.flatnonzero(block.is_buyer))
    last = [_purchase_from_the_end(block, orders, place)[targets] for place in (1, 2, 3)]
    count = min(len(spare) // 2, len(targets), max(FEWEST, round(block.n * SHARES["merges"])))
    chained = (count + 3) // 4
    is_free = np.ones(len(targets), bool)
    pairs: list[tuple[int, int]] = []
    periods: list[tuple[int, int, int, int]] = []
    # the longest known old id is for the subscriber: most contracts are younger
    rest = 2 * chained
    if len(spare) > rest:
        first = rest + int(np.argmin(block.created_at[spare[rest:]]))
        spare[[rest, first]] = spare[[first, rest]]
    position = number = 0
    while number < count and position < len(spare):
        olds = spare[position : position + (2 if number < chained else 1)]
        known = block.created_at[olds].max()
        fits = is_free & (last[len(olds)] >= known)
        subscribed = block.subscribed_at[targets]
        begins_under_old = fits & (subscribed >= known) & (subscribed < last[0])
        if number >= chained and begins_under_old.any():
            fits = begins_under_old
        position += len(olds)
        if not fits.any():
            continue
        place = int(np.argmax(fits))
        is_free[place] = False
        number += 1
        target = int(targets[place])
        # the end of each old id: the next one, and the survivor's own, begin with a purchase
        ends = [int(last[at][place]) for at in range(len(olds) - 1, -1, -1)]
        starts = [int(block.created_at[olds[0]]), *ends[:-1]]
        heirs = [*(int(old) for old in olds[1:]), target]
        pairs.extend(zip((int(old) for old in olds), heirs, strict=True))
        periods.extend(
            (target, int(old), start, end) for old, start, end in zip(olds, starts, ends, strict=True)
        )
    merged = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    owner, old, start, end = np.array(periods, dtype=np.int64).reshape(-1, 4).T
    block.old_ids = OldIds(owner, old, start, end)
    block.extras["merged_into"] = np.full(block.n, -1)
    block.extras["merged_into"][merged[:, 0]] = merged[:, 1]
    return {"from_customer_id": block.ids_of(merged[:, 0]), "to_customer_id": block.ids_of(merged[:, 1])}


def _purchase_from_the_end(block: Block, orders: Orders, place: int) -> np.ndarray:
    """When the last purchase was (`place` 1), the one before (2) and so on, by customer; -1 without."""
    purchases = np.flatnonzero(orders.is_purchase)
    customer = orders.customer[purchases]
    by_customer = purchases[np.argsort(customer, kind="stable")]  # orders are in time order
    counts = np.bincount(customer, minlength=block.n)
    found = np.full(block.n, -1, dtype=np.int64)
    has = counts >= place
    found[has] = orders.ordered_at[by_customer[(np.cumsum(counts) - place)[has]]]
    return found
