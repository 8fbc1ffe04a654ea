"""What must be true of a loaded table before it is kept; each failure is one sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_segmentation.contract import InputTable
from customer_segmentation.errors import DataRefused, Mistakes, listed
from customer_segmentation.loading.folder import nearest
from customer_segmentation.loading.grain import check_one_row_per_order
from customer_segmentation.loading.identifiers import check_identifiers
from customer_segmentation.loading.reading import ROW_NUMBER_COLUMN, MalformedLine
from customer_segmentation.loading.readings import ColumnReading, read_columns
from customer_segmentation.loading.texts import shown, shown_name, shown_names, without_null_texts
from customer_segmentation.loading.wishes import IGNORE

if TYPE_CHECKING:
    import duckdb

READABLE_RATIO = 0.5  # of a needed column; of any other a single value is enough
SAID_RATIO = 0.01  # from here on the user is told of values that could not be read
EXPECTED = {
    "bigint": "a whole number",
    "double": "a number such as 12.5",
    "boolean": "true or false",
    "date": "a date such as 2026-06-30",
    "timestamp": "a timestamp such as 2026-06-30 14:05:00",
}
MOST_SLIPS = 2
LONG_WORD = 8  # letters; a shorter word of a name may differ by one, by none where it has but two
EXTRA_COLUMN = "rejection_reason"  # a mapping may already know that a row is no such fact


@dataclass(frozen=True)
class TellingColumn:
    """Optional columns of which one decides the whole table, and the words by which others may mean it."""

    tables: tuple[str, ...]
    columns: tuple[str, ...]  # any of them will do
    what: str
    otherwise: str  # what would be published without it
    words: frozenset[str]
    other_words: frozenset[str] = frozenset()  # with one of these a name means something else

    def may_be(self, name: str) -> bool:
        """Whether a column of this name may be what is missing."""
        words = set(re.split(r"[^a-z]+", name))
        return bool(words & self.words) and not words & self.other_words


TELLING_COLUMNS = (
    TellingColumn(
        ("orders",),
        ("net_amount", "gross_amount"),
        "amount (net_amount or gross_amount)",
        "every row would be worth nothing",
        frozenset(
            ["amount", "total", "subtotal", "price", "revenue", "value", "net", "gross", "sum", "sales"]
        ),
    ),
    TellingColumn(
        ("subscriptions",),
        ("mrr_amount",),
        "amount per month (mrr_amount)",
        "every subscription would be free",
        frozenset(["mrr", "arr", "amount", "price", "revenue", "fee", "value", "recurring"]),
    ),
    TellingColumn(
        ("subscriptions",),
        ("ended_at",),
        "end (ended_at)",
        "every subscription would run on",
        frozenset(
            [
                "end",
                "ends",
                "ended",
                "cancelled",
                "canceled",
                "churned",
                "expires",
                "expired",
                "expiry",
                "terminated",
            ]
        ),
        frozenset(("trial", "period", "reason")),
    ),
    TellingColumn(
        ("orders", "subscriptions"),
        ("status",),
        "state (status)",
        "every row would count as paid",
        frozenset(("status",)),
    ),
    TellingColumn(
        ("orders", "subscriptions", "opportunities"),
        ("currency_code",),
        "currency (currency_code)",
        "every amount would be read in the reporting currency",
        frozenset(("currency",)),
    ),
)


@dataclass(frozen=True)
class CheckedTable:
    """How many rows a table has, which columns the contract does not know, and how the others were read."""

    rows_count: int
    extra_columns: tuple[str, ...]
    readings: tuple[ColumnReading, ...] = ()
    is_rewritten: bool = False  # the relation is a table of its own now, whatever it was


def check_table(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    table: InputTable,
    *,
    origin: str,
    malformed_lines: list[MalformedLine],
    may_be_empty: bool,
    wishes: Mapping[str, str],
) -> CheckedTable:
    """Check the loaded `relation` (already quoted) against the contract of `table`.

    `origin` says in messages where the rows came from: a file name or the mapping of an adapter.
    Raises `DataRefused` for a required column that is missing or empty, an optional one that is misspelt, no
    rows, identifiers that are broken, and a column that nobody can read or that may be read in two ways; with
    a sentence for each of them.
    """
    mistakes = Mistakes()
    described = connection.execute(f"describe {relation}").fetchall()
    types = {row[0]: row[1] for row in described if row[0] != ROW_NUMBER_COLUMN}
    _check_header(table, tuple(types), origin)
    _check_columns(table, tuple(types), origin, mistakes)
    _check_spelling(table, tuple(types), origin, wishes, mistakes)
    readings: list[ColumnReading] = []
    is_rewritten = False
    (rows_count,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    if rows_count == 0 and malformed_lines:
        first = malformed_lines[0]
        mistakes.note(
            DataRefused(
                f"{origin} has {len(malformed_lines):,} lines and none can be read; "
                f"line {first.line_number}: {first.reason}."
            )
        )
    elif rows_count == 0 and not may_be_empty:
        columns = "the columns" if not mistakes else "a header"
        mistakes.note(
            DataRefused(
                f"{origin} has {columns} but no rows; if that is right, "
                f"repeat with --allow-empty {table.name}."
            )
        )
    if rows_count > 0:
        for column in table.columns:
            if column.is_required and column.name in types:
                with mistakes.noted():
                    _check_given(connection, relation, column.name, types[column.name], rows_count, origin)
        if table.name == "orders" and "order_id" in types:
            with mistakes.noted():
                check_one_row_per_order(connection, relation, tuple(types), origin)
        check_identifiers(connection, relation, table, types, mistakes, origin=origin, wishes=wishes)
        readings, is_rewritten = read_columns(
            connection, relation, table, types, mistakes, origin=origin, wishes=wishes
        )
        for reading in readings:
            with mistakes.noted():
                _check_readable(reading, table, origin)
    mistakes.refuse()
    known = {*table.column_names, EXTRA_COLUMN}
    extra = tuple(name for name in types if name not in known and wishes.get(name) != IGNORE)
    return CheckedTable(rows_count, extra if table.columns else (), tuple(readings), is_rewritten)


def _check_header(table: InputTable, found: tuple[str, ...], origin: str) -> None:
    if table.columns and not set(found) & set(table.column_names) and len(table.columns) > 1:
        names = shown_names(found)
        reads = "reads" if names == tuple(map(shown_name, found)) else "is a row, written like"
        raise DataRefused(
            f"{origin} has no header with the columns of '{table.name}': its first line {reads} "
            f"{listed(names)}; expected names such as {', '.join(table.column_names[:3])}."
        )


def _check_columns(table: InputTable, found: tuple[str, ...], origin: str, mistakes: Mistakes) -> None:
    """Notes each required column that is missing."""
    for column in table.columns:
        if column.is_required and column.name not in found:
            candidates = [name for name in found if name not in table.column_names] or list(found)
            mistakes.note(
                DataRefused(
                    f"{origin} has no column '{column.name}', which the table '{table.name}' requires; "
                    f"the nearest column found is {shown(nearest(column.name, candidates))}."
                )
            )


def _check_given(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    name: str,
    found_type: str,
    rows_count: int,
    origin: str,
) -> None:
    (present,) = connection.execute(
        f"select count({without_null_texts(name, found_type)}) from {relation}"
    ).fetchone() or (0,)
    if present == 0:
        raise DataRefused(
            f"The column '{name}' of {origin} is empty in all {rows_count:,} rows; "
            "expected a value in each row."
        )


def _check_readable(reading: ColumnReading, table: InputTable, origin: str) -> None:
    """Refuses a needed column that is mostly unreadable, and any other that is wholly so."""
    column, given, unreadable = reading.column, reading.values_given, reading.values_unreadable
    is_needed = column.is_required or column.is_strict
    if given == 0 or given - unreadable >= (READABLE_RATIO * given if is_needed else 1):
        return
    expected = EXPECTED.get(column.data_type, "a number such as 12.50")
    example = reading.unreadable_example
    found = "" if column.is_pii else f", found for example {shown(example)}"
    advice = "" if column.is_required else f"; leave it out with --read {table.name}.{column.name}={IGNORE}"
    raise DataRefused(
        f"The column '{column.name}' of {origin} cannot be read in {unreadable:,} of {given:,} values: "
        f"expected {expected}{found}{advice}."
    )


def _check_spelling(
    table: InputTable, found: tuple[str, ...], origin: str, wishes: Mapping[str, str], mistakes: Mistakes
) -> None:
    """Notes a column that is nearly an optional one which is not there: it would be left out unseen."""
    absent = [name for name in table.column_names if name not in found]
    required = {column.name for column in table.columns if column.is_required}
    misspelt = set()
    unknown = [
        name
        for name in found
        if name not in table.column_names and name != EXTRA_COLUMN and wishes.get(name) != IGNORE
    ]
    for name in unknown:
        meant = nearest(name, absent)
        if not meant or not _is_misspelt(name, meant):
            continue
        misspelt.add(name)
        if meant not in required:  # else it was told as missing
            mistakes.note(
                DataRefused(
                    f"{origin} has a column {shown(name)}, which '{table.name}' does not know; "
                    f"the nearest is '{meant}'. Rename it, or leave it out with "
                    f"--read {table.name}.{name}={IGNORE}."
                )
            )
    for told in TELLING_COLUMNS:
        if table.name in told.tables and set(told.columns) <= set(absent):
            named = [name for name in unknown if told.may_be(name)]
            if named and not misspelt & set(named):
                mistakes.note(
                    DataRefused(
                        f"{origin} has no {told.what}, so {told.otherwise}, but a column {shown(named[0])}; "
                        f"rename it to what it is, or leave it out with "
                        f"--read {table.name}.{named[0]}={IGNORE}."
                    )
                )


def _is_misspelt(name: str, meant: str) -> bool:
    """Whether only capitals, separators or a slip of the pen part two names; created_by is no created_at."""
    words, wanted = re.findall(r"[a-z0-9]+", name), re.findall(r"[a-z0-9]+", meant)
    if len(words) != len(wanted):
        words, wanted = ["".join(words)], ["".join(wanted)]
    slips = [(edits(*pair), len(pair[1])) for pair in zip(words, wanted, strict=True)]
    return sum(count for count, _ in slips) <= MOST_SLIPS and all(
        count <= (0 if length < 3 else 1 if length < LONG_WORD else MOST_SLIPS) for count, length in slips
    )


def edits(one: str, other: str) -> int:
    """The fewest letters to add, drop, change or swap with the next that make one text of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
