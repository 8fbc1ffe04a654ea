"""The volume guard: a build whose tables shrank, emptied or lost too many rows is not published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.errors import DataRefused, EnvironmentFault, WrongCall

if TYPE_CHECKING:
    import duckdb

ALL_TABLES = "all"
MINIMUM_ROWS = "minimum_rows"
LARGEST_LOSS_RATIO = "largest_loss_ratio"
LARGEST_REJECTED_RATIO = "largest_rejected_ratio"
GUARDS = (MINIMUM_ROWS, LARGEST_LOSS_RATIO, LARGEST_REJECTED_RATIO)


@dataclass(frozen=True)
class TableCounts:
    """A row of `input_reconciliation`: rows read = rows accepted + rows rejected."""

    input_table: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int


@dataclass(frozen=True)
class GuardLimits:
    """The limits of the guards: one per guard and input table, `all` for the tables without their own."""

    values: Mapping[tuple[str, str], float]

    def limit(self, guard: str, input_table: str) -> float | None:
        """The limit of a guard for a table; null where the guard does not concern the table."""
        return self.values.get((guard, input_table), self.values.get((guard, ALL_TABLES)))


def read_guard_limits(connection: "duckdb.DuckDBPyConnection", relation: str) -> GuardLimits:
    """The rows of the topic `guard` in the seed `settings`, read from `relation` (already quoted).

    A setting is a guard, or a guard of one table: `largest_loss_ratio`, `minimum_rows_of_customers`.
    Raises `WrongCall` for a row that names an unknown guard or holds a limit that is no number from 0 on
    (a ratio: from 0 to 1), `EnvironmentFault` where the relation does not exist.
    """
    import duckdb

    try:
        rows = connection.execute(
            f"select setting, setting_value from {relation} where topic = 'guard' order by setting"
        ).fetchall()
    except duckdb.CatalogException as error:
        raise EnvironmentFault(
            f"The table {relation} is missing, so the volume of the run cannot be judged."
        ) from error
    values: dict[tuple[str, str], float] = {}
    for setting, limit in rows:
        guard, _, table = setting.partition("_of_")
        if (
            guard not in GUARDS
            or limit is None
            or not 0 <= limit <= (1 if guard.endswith("_ratio") else 1e15)
        ):
            raise WrongCall(
                f"The seed settings has the row 'guard,{setting},{limit}'; expected a guard "
                f"({', '.join(GUARDS)}), alone or with '_of_' and an input table, and a limit from 0 on "
                "(a ratio: up to 1)."
            )
        values[guard, table or ALL_TABLES] = limit
    return GuardLimits(values)


def read_counts(
    connection: "duckdb.DuckDBPyConnection", relation: str, run_ids: Sequence[str | None] = ()
) -> list[TableCounts]:
    """Read `input_reconciliation` from `relation` (already quoted), ordered by table.

    Of several runs the first of `run_ids` that is there is read, else the one whose id sorts last.
    Raises `EnvironmentFault` where the relation does not exist.
    """
    import duckdb

    try:
        rows = connection.execute(
            f"""
            select cast(run_id as varchar), input_table, rows_read, rows_accepted, rows_rejected
            from {relation}
            order by input_table
            """
        ).fetchall()
    except duckdb.CatalogException as error:
        raise EnvironmentFault(
            f"The table {relation} is missing, so the volume of the run cannot be judged."
        ) from error
    found = {row[0] for row in rows}
    run_id = next((run_id for run_id in run_ids if run_id in found), max(found, default=None))
    return [TableCounts(*row[1:]) for row in rows if row[0] == run_id]


def read_published_counts(published_file: Path) -> list[TableCounts]:
    """The counts of the last published run; none where nothing was published yet, or without its counts.

    Raises `EnvironmentFault` for a published file that cannot be read.
    """
    import duckdb

    if not published_file.is_file():
        return []
    try:
        with duckdb.connect(str(published_file), read_only=True) as connection:
            if "input_reconciliation" not in {row[0] for row in connection.execute("show tables").fetchall()}:
                return []
            (run_id,) = connection.execute("select run_id from publish_info").fetchone() or (None,)
            return read_counts(connection, "main.input_reconciliation", [run_id])
    except duckdb.Error as error:
        raise EnvironmentFault(
            f"The published file {published_file} cannot be read, so the volume of the run cannot be judged; "
            "repeat with --accept-volume-change to replace it."
        ) from error


def volume_violations(
    current: Sequence[TableCounts], previous: Sequence[TableCounts], limits: GuardLimits
) -> list[str]:
    """One sentence per violated limit.

    minimum_rows: fewer rows accepted than the limit.
    largest_loss_ratio: the share of the last published run's accepted rows that is gone exceeds the limit;
    a table that is no longer delivered has lost all.
    largest_rejected_ratio: rejected / read exceeds the limit.
    """
    before = {counts.input_table: counts.rows_accepted for counts in previous}
    now = {counts.input_table: counts for counts in current}
    sentences = []
    for table in sorted(now.keys() | before.keys()):
        counts = now.get(table, TableCounts(table, 0, 0, 0))
        minimum = limits.limit(MINIMUM_ROWS, table)
        loss = limits.limit(LARGEST_LOSS_RATIO, table)
        rejected = limits.limit(LARGEST_REJECTED_RATIO, table)
        if minimum is not None and counts.rows_accepted < minimum:
            sentences.append(
                f"'{table}' has {counts.rows_accepted:,} accepted rows; expected at least {minimum:,.0f}."
            )
        accepted_before = before.get(table, 0)
        if loss is not None and accepted_before > 0 and counts.rows_accepted < (1 - loss) * accepted_before:
            sentences.append(
                f"'{table}' has {counts.rows_accepted:,} accepted rows after {accepted_before:,} in the last "
                f"published run; a loss of more than {loss:.0%} is not published."
            )
        if rejected is not None and counts.rows_rejected > rejected * counts.rows_read:
            sentences.append(
                f"'{table}' has {counts.rows_rejected:,} of {counts.rows_read:,} rows rejected; "
                f"more than {rejected:.0%} is not published."
            )
    return sentences


def check_volume(
    current: Sequence[TableCounts],
    previous: Sequence[TableCounts],
    limits: GuardLimits,
    *,
    accept_change: bool = False,
) -> list[str]:
    """Raise `DataRefused` with all violations, or return them where the caller accepts the change."""
    violations = volume_violations(current, previous, limits)
    if violations and not accept_change:
        raise DataRefused(
            " ".join(violations)
            + " Nothing was published; if this is right, repeat with --accept-volume-change."
        )
    return violations
