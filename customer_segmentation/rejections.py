"""Rejected rows of the last build: how many of which table for which reason, each with an example."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_segmentation.errors import EnvironmentFault, WrongCall, told
from customer_segmentation.loading.folder import nearest
from customer_segmentation.loading.texts import JUDGED_LETTERS, shown
from customer_segmentation.run_state import read_state
from customer_segmentation.warehouse import Warehouse, damage_told, has_table

if TYPE_CHECKING:
    import duckdb

REJECTED_ROWS = "marts.rejected_rows"
RULES = "seeds.rejection_rules"
RECONCILIATION = "marts.input_reconciliation"
# earlier versions and copies of a row that was kept
REPEATED_RULES = ("exact_duplicate", "conflicting_duplicate")
KEY_SEPARATOR = " / "
# a date or a moment is a value to look for; other digits with blanks or signs between them may be a telephone
# number
DAY = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4})"
MOMENT = rf"{DAY}(?:[ T]\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?(?![\d-])"
SPACED_DIGITS = re.compile(rf"(?<!\w)(?:(?P<moment>{MOMENT})|[(+]?\d[\d\s().\-/]{{4,}}\d(?!\w))")


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
    with damage_told(warehouse), warehouse.connect_build(read_only=True) as connection:
        if not _is_built(connection):
            raise EnvironmentFault(
                f"The build in {warehouse.folder} has no rejected rows yet: the last run ended before them."
            )
        return [found for found in read_rejections(connection) if table in (None, found.input_table)]


def whose_rows(warehouse: Warehouse) -> str:
    """Which run the rejected rows of the build are of; nothing where the build does not say it.

    A run that was refused while it loaded has left the rows of an earlier one.
    """
    with damage_told(warehouse), warehouse.connect_build(read_only=True) as connection:
        if not has_table(connection, RECONCILIATION):
            return ""
        (run_id,) = connection.execute(f"select max(run_id) from {RECONCILIATION}").fetchone() or (None,)
    last = read_state(warehouse)
    last_id, status = last.get("run_id"), last.get("status")
    # plain dbt may have built since
    if not run_id or run_id == last_id or status not in ("refused", "failed"):
        return f"Rows of the run {run_id}." if run_id else ""
    return f"Rows of the run {run_id}; the last one, {last_id} ({status}), did not get as far."


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
    parts = key.split(KEY_SEPARATOR)
    if len(parts) > 1:  # then a slash inside of a part stands twice
        parts = [part.replace("//", "/") for part in parts]
    return KEY_SEPARATOR.join(shown(part).strip("'") for part in parts)


def _detail(detail: str) -> str:
    text = told(detail.strip().removeprefix("(").removesuffix(")")[:JUDGED_LETTERS])
    return SPACED_DIGITS.sub(
        lambda found: found[0] if found["moment"] or found[0].isdigit() else re.sub(r"\d", "9", found[0]),
        text,
    )
