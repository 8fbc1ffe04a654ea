"""Nobody can work out a small pair of labels from all sums that are published: tried, on the example company."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import numpy as np
import pytest
from scipy.optimize import linprog

from helpers.refreshed import Refreshed

pytestmark = pytest.mark.warehouse

FEWEST = 10
# What a reader has: sizes of segments, pairs that are shown, and sums that their shares give away.
SIZES = "select scheme, segment, customers_count from segment_profiles where as_of_date = (select max(as_of_date) from segment_profiles)"
MICRO = """
    select macro_scheme, macro_segment, micro_scheme, micro_segment, customers_count, null
    from micro_segments where not is_rolled_up
"""
AGREEMENT = """
    select scheme, segment, other_scheme, other_segment, customers_count, round(customers_count / other_segment_ratio)
    from scheme_agreement
"""


class Reader:
    """All that the published tables say of the crossing of two schemes, as linear equations."""

    def __init__(self, sizes: dict[str, dict[str, int]], first: str, second: str) -> None:
        self.rows = {segment: count for segment, count in sizes[first].items() if count}
        self.columns = {segment: count for segment, count in sizes[second].items() if count}
        self.shown: dict[tuple[str, str], int] = {}
        self.answered: dict[tuple[str, str], int] = {}

    def bounds(
        self, answers: tuple[set[str], set[str]], aim: tuple[str, str], shown: bool = True
    ) -> tuple[float, float]:
        """The least and the largest number of customers with a pair of labels."""
        cells = [(row, column) for row in self.rows for column in self.columns]
        place = {cell: number for number, cell in enumerate(cells)}
        equations, values = [], []

        def say(inside: list[tuple[str, str]], value: float) -> None:
            equation = np.zeros(len(cells))
            equation[[place[cell] for cell in inside]] = 1
            equations.append(equation)
            values.append(value)

        for row, count in self.rows.items():
            say([(row, column) for column in self.columns], count)
        for column, count in self.columns.items():
            say([(row, column) for row in self.rows], count)
        for (side, label), count in self.answered.items():
            inside = [
                cell
                for cell in cells
                if cell[side == "column"] == label and cell[0] in answers[0] and cell[1] in answers[1]
            ]
            say(inside, count)
        for cell, count in self.shown.items() if shown else ():
            say([cell], count)
        goal = np.zeros(len(cells))
        goal[place[aim]] = 1
        found = [
            linprog(sign * goal, A_eq=np.array(equations), b_eq=np.array(values), method="highs")
            for sign in (1, -1)
        ]
        assert [one.status for one in found] == [0, 0]
        return found[0].fun, -found[1].fun


def test_no_small_pair_of_labels_can_be_worked_out(example: Refreshed) -> None:
    with duckdb.connect(str(example.published_file), read_only=True) as connection:
        sizes: dict[str, dict[str, int]] = defaultdict(dict)
        for scheme, segment, count in connection.execute(SIZES).fetchall():
            sizes[scheme][segment] = count
        answers = defaultdict(set)
        for scheme, segment in connection.execute(
            "select scheme, segment from segments where answer_kind = 'answer'"
        ).fetchall():
            answers[scheme].add(segment)
        readers: dict[tuple[str, str], Reader] = {}
        for first, row, second, column, count, answered in connection.execute(
            f"{MICRO} union all {AGREEMENT}"
        ).fetchall():
            turned = first > second
            pair, cell = ((second, first), (column, row)) if turned else ((first, second), (row, column))
            reader = readers.setdefault(pair, Reader(sizes, *pair))
            assert count >= FEWEST
            assert reader.shown.setdefault(cell, count) == count
            if answered is not None:
                reader.answered["column" if turned else "row", row] = answered
        tried = 0
        for (first, second), reader in sorted(readers.items()):
            small = connection.execute(
                f"""
                select {first}_segment, {second}_segment, count(*) from customer_segments
                group by all having count(*) < {FEWEST} order by all
                """
            ).fetchall()
            for row, column, count in small[::3]:
                least, largest = reader.bounds((answers[first], answers[second]), (row, column))
                assert least - 1e-6 <= count <= largest + 1e-6
                # what the sums leave open if no pair is shown at all
                least_ever, largest_ever = reader.bounds(
                    (answers[first], answers[second]), (row, column), shown=False
                )
                assert largest - least >= min(FEWEST, largest_ever - least_ever) - 1e-6, (
                    first,
                    second,
                    row,
                    column,
                )
                tried += 1
    assert len(readers) >= 3
    assert tried >= 20
