"""No small cell of a crossing can be worked out from what is shown and from the sizes of the segments."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from customer_segmentation.small_cells import hidden_cells, hidden_crossings

FEWEST = 10


def crossing(counts: list[list[int]], answers: tuple[list[bool], list[bool]] | None = None) -> pd.DataFrame:
    """The cells of a table of counts, without those that nobody has; its last labels may be no answers."""
    rows, columns = answers or ([True] * len(counts), [True] * len(counts[0]))
    return pd.DataFrame(
        [
            {
                "scheme": "a",
                "segment": f"a{row}",
                "other_scheme": "b",
                "other_segment": f"b{column}",
                "customers_count": count,
                "is_answer": rows[row],
                "is_other_answer": columns[column],
            }
            for row, line in enumerate(counts)
            for column, count in enumerate(line)
            if count
        ]
    )


def hidden_of(counts: list[list[int]]) -> list[tuple[str, str]]:
    """The labels of the cells that are hidden."""
    cells = crossing(counts)
    found = cells.loc[hidden_cells(cells, fewest_customers_count=FEWEST)]
    return list(zip(found["segment"], found["other_segment"], strict=True))


def bounds_of(cells: pd.DataFrame, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """Least and largest value of a cell, for a reader who knows all sums of rows and columns (written apart)."""
    unknown = [place for place in range(len(cells)) if hidden[place]]
    counts = cells["customers_count"].to_numpy()
    equations, values = [], []
    for column in ("segment", "other_segment"):
        for label in cells[column].unique():
            inside = [cells[column].iloc[place] == label for place in unknown]
            equations.append([float(one) for one in inside])
            values.append(sum(counts[place] for place, one in zip(unknown, inside, strict=True) if one))
    aim = [float(place == cell) for place in unknown]
    least = linprog(aim, A_eq=equations, b_eq=values, method="highs").fun
    largest = -linprog([-one for one in aim], A_eq=equations, b_eq=values, method="highs").fun
    return least, largest


def test_a_table_without_small_cells_is_shown_whole() -> None:
    assert hidden_of([[10, 40], [25, 100]]) == []


def test_a_lone_small_cell_takes_three_others_along() -> None:
    """One in its row, one in its column, and the one where these meet: else either would be a difference."""
    hidden = hidden_of([[3, 50, 60], [70, 12, 80], [90, 100, 15]])
    assert ("a0", "b0") in hidden
    assert len(hidden) == 4
    for label in range(3):
        assert [row for row, _ in hidden].count(f"a{label}") in (0, 2)
        assert [column for _, column in hidden].count(f"b{label}") in (0, 2)


def test_a_bridge_between_two_pairs_is_not_safe() -> None:
    """Every row and column has two hidden cells, and yet a1 b1 is known: its rows and columns part in two."""
    counts = [[5, 5, 40, 40], [5, 5, 3, 40], [40, 40, 5, 5], [40, 40, 5, 5]]
    cells = crossing(counts)
    small = (cells["customers_count"] < FEWEST).to_numpy()
    place = cells.index[(cells["segment"] == "a1") & (cells["other_segment"] == "b2")][0]
    assert bounds_of(cells, small, place) == (3.0, 3.0)
    hidden = hidden_cells(cells, fewest_customers_count=FEWEST)
    least, largest = bounds_of(cells, hidden, place)
    assert largest - least >= FEWEST


def test_sums_of_those_whom_both_answer_are_known_too() -> None:
    """Hidden beside an unknown label, a small cell would be the sum of the answers less the others."""
    cells = crossing([[3, 50, 14], [60, 70, 80], [90, 95, 99]], ([True] * 3, [True, True, False]))
    hidden = hidden_cells(cells, fewest_customers_count=FEWEST)
    of_row = cells.loc[hidden & (cells["segment"] == "a0") & cells["is_other_answer"]]
    assert len(of_row) == 2


def test_a_label_of_two_customers_with_one_other_label_is_not_told() -> None:
    """Whoever knows that nobody else is empty there knows it anyway; others must not find it by subtraction."""
    cells = crossing([[2, 0, 0], [40, 50, 60], [70, 80, 90]])
    hidden = hidden_cells(cells, fewest_customers_count=FEWEST)
    of_column = cells.loc[hidden & (cells["other_segment"] == "b0"), "segment"]
    assert {"a0"} < set(of_column)
    assert any(hidden & (cells["segment"] != "a0") & (cells["other_segment"] != "b0"))


def test_both_directions_and_an_order_that_is_no_accident() -> None:
    cells = crossing([[3, 50, 60], [70, 12, 80], [90, 100, 15]])
    turned = cells.rename(
        columns={
            "scheme": "other_scheme",
            "segment": "other_segment",
            "is_answer": "is_other_answer",
            "other_scheme": "scheme",
            "other_segment": "segment",
            "is_other_answer": "is_answer",
        }
    )
    both = pd.concat([turned, cells]).sample(frac=1, random_state=1)
    once = hidden_crossings(cells, fewest_customers_count=FEWEST)
    pd.testing.assert_frame_equal(once, hidden_crossings(both, fewest_customers_count=FEWEST))
    assert len(once) == 8
    assert {("b", "a"), ("a", "b")} == set(zip(once["scheme"], once["other_scheme"], strict=True))


def test_no_crossing_hides_nothing() -> None:
    nothing = hidden_crossings(crossing([[1]]).iloc[:0], fewest_customers_count=FEWEST)
    assert list(nothing.columns) == ["scheme", "segment", "other_scheme", "other_segment"]
    assert nothing.empty


tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(
            st.one_of(st.integers(0, 30), st.integers(0, 3), st.integers(0, 500)),
            min_size=width,
            max_size=width,
        ),
        min_size=2,
        max_size=6,
    )
)


@settings(max_examples=30, deadline=None)
@given(tables)
def test_no_small_cell_of_any_table_can_be_worked_out(counts: list[list[int]]) -> None:
    cells = crossing(counts)
    assume(not cells.empty)
    hidden = hidden_cells(cells, fewest_customers_count=FEWEST)
    everything = np.ones(len(cells), dtype=bool)
    for cell in np.flatnonzero(cells["customers_count"] < FEWEST):
        assert hidden[cell]
        least, largest = bounds_of(cells, hidden, cell)
        least_ever, largest_ever = bounds_of(cells, everything, cell)
        assert largest - least >= min(FEWEST, largest_ever - least_ever) - 1e-6
