"""What must be true of a loaded table before it is kept; each failure is one sentence."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_segmentation.contract import InputColumn, InputTable
from customer_segmentation.errors import DataRefused
from customer_segmentation.loading.folder import nearest
from customer_segmentation.loading.grain import check_one_row_per_order
from customer_segmentation.loading.reading import ROW_NUMBER_COLUMN, MalformedLine
from customer_segmentation.warehouse import quoted_name

if TYPE_CHECKING:
    import duckdb

READABLE_RATIO = 0.5
NULL_TEXTS = ("", "null", "none", "n/a", "#n/a", r"\n", "-", "na")
EXPECTED = {
    "bigint": "a whole number",
    "double": "a number such as 12.5",
    "boolean": "true or false",
    "date": "a date such as 2026-06-30",
    "timestamp": "a timestamp such as 2026-06-30 14:05:00",
}
SHOWN_LETTERS = 40
EXTRA_COLUMN = "rejection_reason"  # a mapping may already know that a row is no such fact


@dataclass(frozen=True)
class CheckedTable:
    """How many rows a table has, and which of its columns the contract does not know."""

    rows_count: int
    extra_columns: tuple[str, ...]


def check_table(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    table: InputTable,
    *,
    origin: str,
    malformed_lines: list[MalformedLine],
    may_be_empty: bool,
) -> CheckedTable:
    """Check the loaded `relation` (already quoted) against the contract of `table`.

    `origin` says in messages where the rows came from: a file name or the mapping of an adapter.
    Raises `DataRefused` for a required column that is missing or empty, no rows, and a required or strict
    column of the wrong type.
    """
    described = connection.execute(f"describe {relation}").fetchall()
    types = {row[0]: row[1] for row in described if row[0] != ROW_NUMBER_COLUMN}
    _check_columns(table, tuple(types), origin)
    (rows_count,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    if rows_count == 0 and malformed_lines:
        first = malformed_lines[0]
        raise DataRefused(
            f"{origin} has {len(malformed_lines):,} lines and none can be read; "
            f"line {first.line_number}: {first.reason}."
        )
    if rows_count == 0 and not may_be_empty:
        raise DataRefused(
            f"{origin} has the columns but no rows; if that is right, repeat with --allow-empty {table.name}."
        )
    if rows_count > 0:
        for column in table.columns:
            if column.is_required:
                _check_given(connection, relation, column.name, types[column.name], rows_count, origin)
        for column in table.columns:
            is_needed = column.is_required or column.is_strict
            if is_needed and column.data_type != "string" and column.name in types:
                _check_type(connection, relation, column, types[column.name], origin)
        if table.name == "orders":
            check_one_row_per_order(connection, relation, tuple(types), origin)
    known = {*table.column_names, EXTRA_COLUMN}
    return CheckedTable(
        rows_count, tuple(name for name in types if name not in known) if table.columns else ()
    )


def _check_columns(table: InputTable, found: tuple[str, ...], origin: str) -> None:
    if table.columns and not set(found) & set(table.column_names) and len(table.columns) > 1:
        raise DataRefused(
            f"{origin} has no header with the columns of '{table.name}': its first line reads "
            f"{_shown(', '.join(found))}, expected names such as {', '.join(table.column_names[:3])}."
        )
    for column in table.columns:
        if column.is_required and column.name not in found:
            candidates = [name for name in found if name not in table.column_names] or list(found)
            raise DataRefused(
                f"{origin} has no column '{column.name}', which the table '{table.name}' requires; "
                f"the nearest column found is '{nearest(column.name, candidates)}'."
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
        f"select count({_without_null_texts(name, found_type)}) from {relation}"
    ).fetchone() or (0,)
    if present == 0:
        raise DataRefused(
            f"The column '{name}' of {origin} is empty in all {rows_count:,} rows; "
            "expected a value in each row."
        )


def _check_type(
    connection: "duckdb.DuckDBPyConnection", relation: str, column: InputColumn, found_type: str, origin: str
) -> None:
    """Reads values with the casts of the macro `try_cast`: what it cannot read here, dbt cannot either."""
    if found_type.lower() == column.data_type and column.data_type != "double":
        return  # a file that carries types; a double may still be no number
    value = _without_null_texts(column.name, found_type)
    query = f"""
        select
            count(value),
            count(read_value),
            min(cast(value as varchar)) filter (where read_value is null and value is not null)
        from (
            select value, {_cast("value", column.data_type)} as read_value
            from (select {value} as value from {relation})
        )
    """
    given, readable, example = connection.execute(query).fetchone() or (0, 0, None)
    if readable >= READABLE_RATIO * given:
        return
    expected = EXPECTED.get(column.data_type, "a number such as 12.50")
    found = "" if column.is_pii else f", found for example {_shown(example)}"
    raise DataRefused(
        f"The column '{column.name}' of {origin} cannot be read in {given - readable:,} of {given:,} values: "
        f"expected {expected}{found}."
    )


def _cast(expression: str, data_type: str) -> str:
    if data_type == "bigint":
        return (
            f"case when try_cast({expression} as decimal(38, 6)) % 1 = 0 "
            f"then try_cast({expression} as bigint) end"
        )
    if data_type == "timestamp":
        return f"timezone('UTC', try_cast({expression} as timestamptz))"
    return f"try_cast({expression} as {data_type})"


def _without_null_texts(name: str, found_type: str) -> str:
    column = quoted_name(name)
    if found_type != "VARCHAR":
        return column
    texts = ", ".join("'" + text + "'" for text in NULL_TEXTS)
    return f"case when lower(trim({column})) not in ({texts}) then trim({column}) end"


def _shown(text: str | None) -> str:
    """A value as it may stand in a message: short, and without line ends or other control characters."""
    shown = ascii(text) if text is None or not text.isprintable() else f"'{text}'"
    return shown if len(shown) <= SHOWN_LETTERS + 2 else shown[:SHOWN_LETTERS] + "…'"
