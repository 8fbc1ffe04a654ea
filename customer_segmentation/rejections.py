"""Rejected rows of the last build: how many of which table for which reason, each with an example."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_segmentation.errors import EnvironmentFault, WrongCall
from customer_segmentation.loading.folder import nearest
from customer_segmentation.loading.texts import JUDGED_LETTERS, shown
from customer_segmentation.personal import without_personal
from customer_segmentation.warehouse import Warehouse, has_table

if TYPE_CHECKING:
    import duckdb

REJECTED_ROWS = "marts.rejected_rows"
RULES = "seeds.rejection_rules"
# earlier versions and copies of a row that was kept
REPEATED_RULES = ("exact_duplicate", "conflicting_duplicate")
KEY_SEPARATOR = " / "
# digits with blanks or signs between them, as telephone numbers have; a date stays readable
SPACED_DIGITS = re.compile(r"(?<!\w)(?!\d{4}-\d{2}-\d{2}(?!\d))[(+]?\d[\d\s().\-/]{4,}\d(?!\w)")


@dataclass(frozen=True)
class Rejection:
    """The rows of a table that were rejected for one reason; the example shows no personal value."""

    input_table: str
    reason: str
    rows_count: int
    example_key: str
    example_detail: str


def rejections_of(warehouse: Warehouse, table: str | None, tables: Collection[str]) -> list[Rejection]:
    """What the last build rejected, of one table or of all.

    Raises `WrongCall` for a table that is none of `tables`, `EnvironmentFault` where nothing is built yet or
    another process writes the build file.
    """
    if table is not None and table not in tables:
        raise WrongCall(
            f"--table is '{table}', which is no input table; the nearest is '{nearest(table, tables)}'."
        )
    if not warehouse.build_file.is_file():
        raise EnvironmentFault(
            f"Nothing is built in the warehouse {warehouse.folder} yet, so no rows were rejected; "
            f"{warehouse.how_to_fill}"
        )
    with warehouse.connect_build(read_only=True) as connection:
        if not _is_built(connection):
            raise EnvironmentFault(
                f"The build in {warehouse.folder} has no rejected rows yet: the last run ended before them."
            )
        return [found for found in read_rejections(connection) if table in (None, found.input_table)]


def read_repeated_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rejected rows of each table repeat a row that was kept; none where nothing was rejected."""
    if not _is_built(connection):
        return {}
    return dict(
        connection.execute(
            f"select input_table, count(*) from {REJECTED_ROWS} "
            "where list_contains(?, rule_id) group by input_table",
            [list(REPEATED_RULES)],
        ).fetchall()
    )


def read_rejections(connection: duckdb.DuckDBPyConnection) -> list[Rejection]:
    """One per table and rule, the most frequent of each table first; none where these tables are not."""
    if not _is_built(connection):
        return []
    rows = connection.execute(
        f"""
        select
            rejected.input_table,
            rules.reason,
            count(*) as rows_count,
            min(rejected.row_key) as example_key,
            substr(min_by(rejected.reason, rejected.row_key || rejected.reason), length(rules.reason) + 1)
        from {REJECTED_ROWS} as rejected
        inner join {RULES} as rules on rejected.rule_id = rules.rule_id
        group by rejected.input_table, rejected.rule_id, rules.reason
        order by rejected.input_table, rows_count desc, rejected.rule_id
        """
    ).fetchall()
    return [
        Rejection(table, reason, count, _key(key), _detail(detail))
        for table, reason, count, key, detail in rows
    ]


def rejection_cells(rejections: Sequence[Rejection]) -> list[tuple[str, ...]]:
    """The rows of the table that is shown."""
    return [
        (found.input_table, f"{found.rows_count:,}", found.reason, found.example_key, found.example_detail)
        for found in rejections
    ]


def _is_built(connection: duckdb.DuckDBPyConnection) -> bool:
    return has_table(connection, REJECTED_ROWS) and has_table(connection, RULES)


def _key(key: str) -> str:
    """A key as a message may show it: each of its parts is judged alone."""
    return KEY_SEPARATOR.join(shown(part).strip("'") for part in key.split(KEY_SEPARATOR))


def _detail(detail: str) -> str:
    text = without_personal(detail.strip().removeprefix("(").removesuffix(")")[:JUDGED_LETTERS])
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return SPACED_DIGITS.sub(
        lambda found: found[0] if found[0].isdigit() else re.sub(r"\d", "9", found[0]), text
    )
