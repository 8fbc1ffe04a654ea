"""Which cells of a crossing of two schemes are not shown, so that none of the small ones can be worked out.

The sizes of all segments are published, and they are the sums of the rows and columns of a crossing. Leaving
out its small cells alone would give them away by subtraction, so further cells are left out: cell suppression
with complementary cells, as statistical offices do it (Fischetti and Salazar, Management Science 47, 2001).
What a reader can work out of a cell are its least and largest value over all tables with the same shown
cells and sums. Another such table with enough customers more in a small cell is a linear program; the cells
in which it differs are left out together, and then it may as well be the true one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog

PAIR = ["scheme", "other_scheme"]
KEYS = ["scheme", "segment", "other_scheme", "other_segment"]


def hidden_crossings(cells: pd.DataFrame, *, fewest_customers_count: int) -> pd.DataFrame:
    """The cells not to be shown, of all crossings, each in both directions.

    Parameters
    ----------
    cells
        One row per pair of schemes and pair of their labels that some customer has: `scheme`, `segment`,
        `other_scheme`, `other_segment`, `customers_count` (more than none), and whether each label is an
        answer, `is_answer` and `is_other_answer`. Each crossing once or in both directions.
    fewest_customers_count
        A cell of fewer customers is small.

    Returns
    -------
    DataFrame
        `scheme`, `segment`, `other_scheme`, `other_segment`, in this order.
    """
    once = cells.loc[cells["scheme"] < cells["other_scheme"]].sort_values(KEYS, kind="stable")
    hidden = [
        crossing.loc[hidden_cells(crossing, fewest_customers_count=fewest_customers_count), KEYS]
        for _, crossing in once.groupby(PAIR, sort=True)
    ]
    if not hidden:
        return pd.DataFrame({key: pd.Series(dtype="str") for key in KEYS})
    one_way = pd.concat(hidden)
    turned = dict(zip(KEYS, [*KEYS[2:], *KEYS[:2]], strict=True))
    both_ways = pd.concat([one_way, one_way.rename(columns=turned)[KEYS]])
    return both_ways.sort_values(KEYS).reset_index(drop=True).astype("str")


def hidden_cells(crossing: pd.DataFrame, *, fewest_customers_count: int) -> np.ndarray:
    """Which cells of one crossing are not shown: the small ones and what it takes beside them.

    Of a small cell everything between two numbers `fewest_customers_count` apart stays possible, or as much
    as the published sums leave open when no cell is shown at all. That holds for a reader who knows which
    cells are empty as far as it can hold, and where it cannot for one who does not: empty cells are no rows.
    """
    table = _with_empty_cells(crossing)
    counts = table["customers_count"].to_numpy(dtype="float64")
    sums = np.array(list(published_sums(table)), dtype="float64")
    is_empty = counts == 0
    hidden = (counts < fewest_customers_count) & ~is_empty
    least, largest = counts.copy(), counts.copy()
    small = np.flatnonzero(hidden)
    for fixed in (is_empty, np.zeros_like(is_empty)):
        for cell, rises in product(small, (True, False)):
            # a cell has no more customers than the smallest of its sums, and no less than none
            wanted = min(fewest_customers_count, (sums[sums[:, cell] > 0] @ counts).min())
            if largest[cell] - least[cell] > wanted - 1e-6:
                continue
            fewer, more = counts[cell] - least[cell], largest[cell] - counts[cell]
            change = wanted - fewer if rises else more - wanted
            moved = _moved(counts, sums, hidden | is_empty, fixed, cell, change)
            hidden = hidden | ((np.abs(moved) > 1e-6) & ~is_empty)
            # this table is possible from now on, which tells of other small cells too
            least, largest = np.minimum(least, counts + moved), np.maximum(largest, counts + moved)
    return hidden[~is_empty]


def _with_empty_cells(crossing: pd.DataFrame) -> pd.DataFrame:
    """All pairs of labels: the rows of a crossing in their order, then the pairs that nobody has."""
    rows = crossing[["segment", "is_answer"]].drop_duplicates()
    pairs = rows.merge(crossing[["other_segment", "is_other_answer"]].drop_duplicates(), how="cross")
    both = (
        crossing[["segment", "other_segment", "customers_count"]]
        .reset_index(drop=True)
        .reset_index(names="place")
    )
    table = pairs.merge(both, how="left", on=["segment", "other_segment"])
    return table.sort_values(["place", "segment", "other_segment"], ignore_index=True).fillna(
        {"customers_count": 0}
    )


def published_sums(crossing: pd.DataFrame) -> Iterator[np.ndarray]:
    """The cells of each known sum: per label, of all customers and of those whom both schemes answer."""
    answered = (crossing["is_answer"] & crossing["is_other_answer"]).to_numpy(dtype=bool)
    for column in ("segment", "other_segment"):
        labels = crossing[column].to_numpy()
        for label in sorted(set(labels)):
            yield labels == label
            if (answered & (labels == label)).any():
                yield answered & (labels == label)


def _moved(
    counts: np.ndarray, sums: np.ndarray, free: np.ndarray, fixed: np.ndarray, cell: int, change: float
) -> np.ndarray:
    """By how much cells differ in another table with the same sums, a cell with `change` customers more.

    Where no table differs by so much, one that differs by the most. Of all such tables one that moves few
    customers in cells that are shown (not `free`), and those in small ones; `fixed` cells stay as they are.
    """
    # customers more and customers less are numbers of their own, each zero or more; no cell falls below none
    bounds = [(0.0, 0.0 if stays else None) for stays in fixed] + [(0.0, count) for count in counts]
    aim, closed = (cell, len(counts) + cell) if change > 0 else (len(counts) + cell, cell)
    bounds[closed] = (0.0, 0.0)
    program = {"A_eq": np.hstack([sums, -sums]), "b_eq": np.zeros(len(sums)), "method": "highs"}
    price = np.tile(np.where(free, 0.0, counts), 2)
    wanted = abs(change) if change > 0 else min(-change, counts[cell])
    bounds[aim] = (wanted, wanted)
    found = linprog(price, bounds=bounds, **program)
    if found.status == 2:
        bounds[aim] = (0.0, wanted)
        goal = np.zeros(2 * len(counts))
        goal[aim] = -1
        reached = -linprog(goal, bounds=bounds, **program).fun
        bounds[aim] = (reached, reached)
        found = linprog(price, bounds=bounds, **program)
    if found.status != 0:
        raise ArithmeticError(f"what a cell may be cannot be worked out: {found.message}")
    return found.x[: len(counts)] - found.x[len(counts) :]
