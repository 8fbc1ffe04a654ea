"""Questions to the published file: one SELECT, read-only, that reads this file and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from customer_segmentation.errors import EnvironmentFault, WrongCall, printable
from customer_segmentation.warehouse import Warehouse, first_sentence, memory_limit

if TYPE_CHECKING:
    import duckdb

EXAMPLE = "select * from segments limit 5"


@dataclass(frozen=True)
class Answer:
    """The rows of a query, perhaps the first ones only."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    has_more: bool = False


def ask(published_file: Path, sql: str, *, limit: int | None = None) -> Answer:
    """Ask the published file; `limit` rows at most, or all.

    Raises `WrongCall` where nothing is published, for anything but one SELECT, and for a query that cannot
    run; `EnvironmentFault` where the file cannot be read.
    """
    import duckdb

    if not published_file.is_file():
        folder = Warehouse(published_file.parent.parent)
        raise WrongCall(f"There is no published file {published_file}; {folder.how_to_fill}")
    # the query sees this file only: no other file, no address, no setting, no variable of Python
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit(),
        "enable_external_access": False,
        "python_enable_replacements": False,
        "lock_configuration": True,
    }
    try:
        connection = duckdb.connect(str(published_file), read_only=True, config=config)
    except duckdb.Error as error:
        raise EnvironmentFault(
            f"The published file {published_file} cannot be read: {first_sentence(str(error))}."
        ) from error
    with connection:
        try:
            _check_is_read(connection.extract_statements(sql))
            result = connection.execute(sql)
            columns = [column[0] for column in result.description or ()]
            rows = result.fetchall() if limit is None else result.fetchmany(limit + 1)
        except duckdb.Error as error:
            raise WrongCall(f"The query cannot be run: {_in_one_line(str(error))}") from error
    shown = rows if limit is None else rows[:limit]
    return Answer(columns, shown, has_more=len(rows) > len(shown))


def write_csv(answer: Answer, file: IO[str]) -> None:
    """The answer as CSV with a header; nothing stands for null. A terminal gets what is printable of it."""
    writer = csv.writer(file, lineterminator="\n")
    rows = [["" if value is None else value for value in row] for row in (answer.columns, *answer.rows)]
    if file.isatty():
        rows = [[printable(str(value)) for value in row] for row in rows]
    writer.writerows(rows)


def cells(answer: Answer) -> list[list[str]]:
    """The rows as they are shown in a table: one line each, numbers at a readable length."""
    return [[cell(value) for value in row] for row in answer.rows]


def numeric_columns(answer: Answer) -> set[int]:
    """Which columns hold numbers."""
    return {
        number
        for number in range(len(answer.columns))
        if {type(row[number]) for row in answer.rows} - {type(None)}
        and all(isinstance(row[number], int | float | Decimal | None) for row in answer.rows)
    }


def cell(value: object) -> str:
    """A value as a table shows it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.4f}" if 0 < abs(value) < 1 else f"{value:.2f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return printable(str(value))


def _check_is_read(statements: Sequence[duckdb.Statement]) -> None:
    import duckdb

    reads = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if len(statements) != 1 or statements[0].type not in reads:
        raise WrongCall(
            f"A query is one SELECT that reads the published file, such as '{EXAMPLE}'; nothing else is run."
        )


def _in_one_line(message: str) -> str:
    """An engine's message without the picture of the place in the query."""
    text = " ".join(message.partition("\n\nLINE ")[0].split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
