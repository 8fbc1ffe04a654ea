"""The guards: a build whose tables shrank, emptied or lost too many rows is not published.

Those of the output (nobody, old data, days told anew) stand in `output_guards`; the limits of both here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.errors import DataRefused, EnvironmentFault, Mistakes, WrongCall
from customer_segmentation.project import settings_seed
from customer_segmentation.warehouse import file_literal

if TYPE_CHECKING:
    import duckdb

ALL_TABLES = "all"
MINIMUM_ROWS = "minimum_rows"
LARGEST_LOSS_RATIO = "largest_loss_ratio"
LARGEST_REJECTED_RATIO = "largest_rejected_ratio"
FEWEST_CUSTOMERS = "fewest_customers"
LARGEST_CUSTOMER_LOSS_RATIO = "largest_customer_loss_ratio"
LARGEST_DATA_AGE_DAYS = "largest_data_age_days"
LARGEST_RESTATED_FACTOR = "largest_restated_factor"
LARGEST_TYPICAL_AMOUNT_FACTOR = "largest_typical_amount_factor"
LARGEST_COVERAGE_LOSS_RATIO = "largest_coverage_loss_ratio"
FEWEST_COMPARED_ROWS = "fewest_compared_rows"
# the order in which violations are told
GUARDS = (
    *(
        MINIMUM_ROWS,
        LARGEST_LOSS_RATIO,
        LARGEST_REJECTED_RATIO,
        FEWEST_CUSTOMERS,
        LARGEST_CUSTOMER_LOSS_RATIO,
    ),
    *(
        LARGEST_RESTATED_FACTOR,
        LARGEST_TYPICAL_AMOUNT_FACTOR,
        LARGEST_DATA_AGE_DAYS,
        LARGEST_COVERAGE_LOSS_RATIO,
    ),
    FEWEST_COMPARED_ROWS,
)


@dataclass(frozen=True)
class TableCounts:
    """A row of `input_reconciliation`: rows read = rows accepted + rows rejected.

    `rows_erased` of the rejected ones were left out by the load, since their customers were erased.
    """

    input_table: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_erased: int = 0


@dataclass(frozen=True)
class Violation:
    """A limit that a table violates: the share and the number of rows that are amiss, and a sentence."""

    guard: str
    input_table: str
    ratio: float
    rows: int
    sentence: str


@dataclass(frozen=True)
class GuardLimits:
    """The limits of the guards: one per guard and input table, `all` for the tables without their own."""

    values: Mapping[tuple[str, str], float]

    def limit(self, guard: str, input_table: str = ALL_TABLES) -> float | None:
        """The limit of a guard for a table; null where the guard does not concern the table."""
        return self.values.get((guard, input_table), self.values.get((guard, ALL_TABLES)))


def read_guard_limits(connection: "duckdb.DuckDBPyConnection", relation: str) -> GuardLimits:
    """The rows of the topic `guard` in the seed `settings`, read from `relation` (already quoted).

    A setting is a guard, or a guard of one table: `largest_loss_ratio`, `minimum_rows_of_customers`.
    Raises `WrongCall` for a row that names an unknown guard or holds a limit that is no number from 0 on
    (a ratio: from 0 to 1), with a sentence for each; `EnvironmentFault` where the relation does not exist.
    """
    import duckdb

    mistakes = Mistakes()

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
            mistakes.note(
                WrongCall(
                    f"The seed settings has the row 'guard,{setting},{limit}'; expected a guard "
                    f"({', '.join(GUARDS)}), alone or with '_of_' and an input table, and a limit from 0 on "
                    "(a ratio: up to 1)."
                )
            )
        values[guard, table or ALL_TABLES] = limit
    mistakes.refuse()
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


def without_repeated(counts: Sequence[TableCounts], repeated: Mapping[str, int]) -> list[TableCounts]:
    """The counts as if each row had been delivered once: a file with all states of an order lost none."""
    return [
        replace(
            table,
            rows_read=table.rows_read - repeated.get(table.input_table, 0),
            rows_rejected=table.rows_rejected - repeated.get(table.input_table, 0),
        )
        for table in counts
    ]


def with_erased(counts: Sequence[TableCounts], erased: Mapping[str, int]) -> list[TableCounts]:
    """The counts with the rows of erased customers by table: an erasure is no loss and no rejection."""
    return [replace(table, rows_erased=erased.get(table.input_table, 0)) for table in counts]


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
            "repeat with --accept-change to replace it."
        ) from error


def volume_violations(
    current: Sequence[TableCounts],
    previous: Sequence[TableCounts],
    limits: GuardLimits,
    *,
    rows: str = "accepted rows",
) -> list[Violation]:
    """What violates a limit, the worst first. `rows` is what the counts are called in the sentences.

    minimum_rows: fewer rows accepted than the limit.
    largest_loss_ratio: the share of the last published run's accepted rows that is gone exceeds the limit;
    a table that is no longer delivered has lost all.
    largest_rejected_ratio: rejected / read exceeds the limit; rows that repeat others are left out before.
    Rows of erased customers are no loss and not rejected: they were delivered and could be used.
    """
    before = {counts.input_table: counts.rows_accepted for counts in previous}
    now = {counts.input_table: counts for counts in current}
    violations = []
    for table in sorted(now.keys() | before.keys()):
        counts = now.get(table, TableCounts(table, 0, 0, 0))
        minimum = limits.limit(MINIMUM_ROWS, table)
        loss = limits.limit(LARGEST_LOSS_RATIO, table)
        rejected = limits.limit(LARGEST_REJECTED_RATIO, table)
        has_rows = f"'{table}' has {counts.rows_accepted:,} {rows}"
        if minimum is not None and counts.rows_accepted < minimum:
            sentence = f"{has_rows}; expected at least {minimum:,.0f}"
            violations.append(Violation(MINIMUM_ROWS, table, 1.0, int(minimum), sentence))
        accepted_before = before.get(table, 0)
        usable = counts.rows_accepted + counts.rows_erased
        if loss is not None and accepted_before > 0 and usable < (1 - loss) * accepted_before:
            lost = accepted_before - usable
            sentence = (
                f"{has_rows} after {accepted_before:,} in the last published run, "
                f"and a loss of more than {loss:.0%} is not published"
            )
            violations.append(Violation(LARGEST_LOSS_RATIO, table, lost / accepted_before, lost, sentence))
        rows_read, unusable = (
            count - counts.rows_erased for count in (counts.rows_read, counts.rows_rejected)
        )
        if rejected is not None and unusable > rejected * rows_read:
            sentence = (
                f"'{table}' has {unusable:,} of {rows_read:,} rows rejected, "
                f"and more than {rejected:.0%} is not published"
            )
            ratio = unusable / rows_read
            violations.append(Violation(LARGEST_REJECTED_RATIO, table, ratio, unusable, sentence))
    return sorted(violations, key=lambda v: (GUARDS.index(v.guard), -v.ratio, -v.rows, v.input_table))


def check_volume(
    current: Sequence[TableCounts],
    previous: Sequence[TableCounts],
    limits: GuardLimits,
    *,
    accept_change: bool = False,
    rows: str = "accepted rows",
) -> str | None:
    """Raise `DataRefused` with the worst violation of the volume, or say it where the caller accepts it."""
    return refuse_violations(
        volume_violations(current, previous, limits, rows=rows), accept_change=accept_change
    )


def refuse_violations(
    violations: Sequence[Violation],
    *,
    accept_change: bool = False,
    rejected_command: str = "customer-segmentation rejected",
) -> str | None:
    """Raise `DataRefused` with the first violation, or say it where the caller accepts the change.

    `rejected_command` shows the rejected rows of this warehouse, as the caller would type it.
    """
    if not violations:
        return None
    worst = f"{violations[0].sentence}{_others(violations)}"
    if accept_change:
        return f"Accepted as asked: {worst}."
    another = ""
    if violations[0].guard == LARGEST_LOSS_RATIO:
        another = ", and another company has a warehouse of its own with --warehouse DIR"
    if violations[0].guard == LARGEST_REJECTED_RATIO:
        another = f"; `{rejected_command} --table {violations[0].input_table}` says why"
    raise DataRefused(
        f"{worst}; nothing was published: if this is right, repeat with --accept-change{another}."
    )


def check_delivered_volume(
    delivered: Sequence[TableCounts], previous: Sequence[TableCounts], project: Path
) -> None:
    """Refuse before the build what the guards would refuse after it, however many rows were accepted.

    The limits are read from the seed in the project folder, since the build has not made its table yet.
    Raises `DataRefused`; where the project has no such seed, the judgement is left to the end.
    """
    import duckdb

    seed = settings_seed(project)
    if seed is None:
        return
    with duckdb.connect() as connection:
        relation = (
            "(select topic, setting, try_cast(setting_value as double) as setting_value "
            f"from read_csv({file_literal(seed)}, header = true, all_varchar = true))"
        )
        limits = read_guard_limits(connection, relation)
    check_volume(delivered, previous, limits, rows="rows")


def _others(violations: Sequence[Violation]) -> str:
    """` (3 more)`: what else is refused, a table counted once."""
    count = len({violation.input_table for violation in violations} - {violations[0].input_table})
    return f" (and {count} more)" if count else ""
