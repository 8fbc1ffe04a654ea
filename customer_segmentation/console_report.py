"""What the console script prints: ruled tables on a terminal, plain lines anywhere else."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from customer_segmentation.errors import DamagedBuild, EnvironmentFault, SegmentationError, printable, told
from customer_segmentation.guards import GuardLimits, TableCounts, read_guard_limits
from customer_segmentation.loading.suppression import read_suppression
from customer_segmentation.published_query import Answer, ask, cells, numeric_columns
from customer_segmentation.questions import command, first_queries, query_command
from customer_segmentation.refresh import SETTINGS
from customer_segmentation.rejections import rejection_cells
from customer_segmentation.scheme_usage import PUBLISHED, read_scheme_usage
from customer_segmentation.warehouse import Warehouse, damage_told, first_sentence

if TYPE_CHECKING:
    from customer_segmentation.loading import LoadReport
    from customer_segmentation.refresh import RefreshReport
    from customer_segmentation.rejections import Rejection

REJECTION_COLUMNS = ("table", "rows", "reason", "example row", "of it")
REJECTIONS_TOLD = 6
RUN_COLUMNS = ("run", "as of", "started", "outcome", "ended at", "customers", "rejected rows")


def show_load(report: "LoadReport", warehouse: Warehouse) -> None:
    """What a load read, and from where."""
    console = _console()
    _show_rows(
        console,
        "Loaded",
        ("table", "file", "rows read", "malformed lines"),
        [
            (table.table_name, table.file_name, f"{table.rows_read:,}", f"{table.malformed_lines_count:,}")
            for table in report.tables
        ],
    )
    _show_lines(console, [told(notice) for notice in report.notices])
    _show_lines(console, [f"The tables are in the schema raw of {warehouse.build_file}."])


def show_refresh(report: "RefreshReport", warehouse: Warehouse) -> None:
    """What a refresh did, what was rejected, and the first questions with what these data answer."""
    console = _console()
    _show_counts(console, report.counts)
    if report.rejections:
        worst = sorted(report.rejections, key=lambda rejection: -rejection.rows_count)
        shown = rejection_cells(worst[:REJECTIONS_TOLD])
        _show_rows(console, "Rejected", REJECTION_COLUMNS, shown)
        more = len(report.rejections) - len(shown)
        all_of_them = f"All reasons: {command('rejected', warehouse)}" if more else ""
        _show_lines(console, [all_of_them] if more else [])
    _show_lines(console, report.notices)
    usage = report.scheme_usage
    _show_lines(console, [usage.sentence()] if usage else [])
    _show_lines(
        console,
        ["", f"Published as of {report.as_of_date} by run {report.run_id}: {report.published_file}"],
    )
    for question, query in first_queries(usage.in_use if usage else ()).items():
        _show_lines(console, ["", question])
        show_answer(ask(report.published_file, query))
        _show_lines(console, [f"  {query_command(query, warehouse)}"])


def show_answer(answer: Answer) -> None:
    """The answer to a query as a table; numbers stand to the right."""
    console = _console()
    if not answer.rows:
        _show_lines(console, [f"No rows ({', '.join(answer.columns)})."])
        return
    _show_rows(console, None, answer.columns, cells(answer), numbers=numeric_columns(answer))


def show_rejections(rejections: "Sequence[Rejection]", limit: int | None, whose: str = "") -> None:
    """Rejected rows by table and reason, how many there are, and of which run."""
    console = _console()
    _show_lines(console, [whose] if whose else [])
    if not rejections:
        _show_lines(console, ["No row was rejected."])
        return
    told = rejections if limit is None else rejections[:limit]
    _show_rows(console, "Rejected", REJECTION_COLUMNS, rejection_cells(told))
    total = sum(rejection.rows_count for rejection in rejections)
    left_out = len(rejections) - len(told)
    more = f" ({left_out} more {'line' if left_out == 1 else 'lines'} without --limit)" if left_out else ""
    _show_lines(console, [f"Rejected rows: {total:,}{more}."])


def show_runs(runs: Sequence[Mapping[str, Any]]) -> None:
    """The earlier runs, the latest first."""
    console = _console()
    if not runs:
        _show_lines(console, ["No run has ended in this warehouse yet."])
        return
    rows = [
        (
            *(str(run.get(name) or "") for name in ("run_id", "as_of_date", "started_at", "status", "why")),
            *(
                "" if run.get(name) is None else f"{run[name]:,}"
                for name in ("customers_count", "rows_rejected")
            ),
        )
        for run in reversed(runs)
    ]
    _show_rows(console, "Runs", RUN_COLUMNS, rows)


def show_status(warehouse: Warehouse) -> None:
    """The last run, the published file, the limits of the guards, and the rejected rows of the last run."""
    from customer_segmentation.run_state import RUNNING, read_state

    console = _console()
    state = read_state(warehouse)
    if state:
        text = f"Last run {state.get('run_id')} as of {state.get('as_of_date')}: {state.get('status')}, "
        text += f"started {state.get('started_at')}"
        text += f", finished {state['finished_at']}." if state.get("finished_at") else "."
        if state.get("status") == RUNNING:
            text += " It is still going on, or it was cut off; the next refresh repairs that."
        _show_lines(console, [text, *filter(None, [state.get("message")])])
    else:
        _show_lines(console, ["No refresh has run in this warehouse yet."])
    _show_lines(console, _published_lines(warehouse))
    _show_lines(console, [_suppressed_line(warehouse)])
    limits, damage = _guard_limits(warehouse)
    _show_lines(console, damage)
    if limits:
        _show_rows(
            console,
            "Guards",
            ("guard", "table", "limit"),
            [(guard, table, f"{limit:g}") for (guard, table), limit in limits.values.items()],
        )
    counts = [TableCounts(**row) for row in state.get("tables") or []]
    if counts:
        _show_counts(console, counts)


def _guard_limits(warehouse: Warehouse) -> tuple[GuardLimits | None, list[str]]:
    """The limits of the last build, and a sentence where its file is damaged.

    No limits where there is no build yet, or another process writes it.
    """
    import duckdb

    try:
        with damage_told(warehouse), duckdb.connect(str(warehouse.build_file), read_only=True) as connection:
            return read_guard_limits(connection, SETTINGS), []
    except DamagedBuild as error:
        return None, [str(error)]
    except (duckdb.Error, SegmentationError):
        return None, []


def _published_lines(warehouse: Warehouse) -> list[str]:
    """Which run made the published file, and which schemes are in use in it."""
    import duckdb

    path = warehouse.published_file
    if not path.is_file():
        return ["Nothing is published yet."]
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute(
                "select as_of_date, run_id, published_at, project_version from publish_info"
            ).fetchone()
            usage = read_scheme_usage(connection, PUBLISHED)
    except duckdb.Error as error:
        return [f"The published file {path} cannot be read: {first_sentence(str(error))}."]
    if row is None:
        return [f"The published file {path} does not say which run made it."]
    published = f"Published as of {row[0]} by run {row[1]} at {row[2]} UTC (version {row[3]}): {path}"
    return [published, *([usage.sentence()] if usage else [])]


def _suppressed_line(warehouse: Warehouse) -> str:
    """How many identifiers every load leaves out; what is wrong with the list, where it is damaged."""
    try:
        count = len(read_suppression(warehouse).days)
    except EnvironmentFault as error:
        return str(error)
    return f"Erased: {count:,} customer identifier{'' if count == 1 else 's'}, left out by every load."


def _show_counts(console: Console, counts: Sequence[TableCounts]) -> None:
    _show_rows(
        console,
        "Rows",
        ("table", "read", "accepted", "rejected"),
        [
            (row.input_table, f"{row.rows_read:,}", f"{row.rows_accepted:,}", f"{row.rows_rejected:,}")
            for row in counts
            if row.rows_read
        ],
    )


def _show_rows(
    console: Console,
    title: str | None,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Collection[int] | None = None,
) -> None:
    """A table: ruled on a terminal that is wide enough, else columns of equal width under their names.

    Whatever names and values hold, each stays in its line.
    Columns in `numbers` stand to the right; without it, on a terminal, those that hold digits only.
    """
    columns, *rows = [[printable(cell) for cell in line] for line in [columns, *rows]]
    widths = [max(len(line[i]) for line in [columns, *rows]) for i in range(len(columns))]
    if console.is_terminal and (numbers is None or sum(widths) + 3 * len(widths) < console.width):
        table = Table(title=title, title_justify="left")
        for number, column in enumerate(columns):
            is_number = all(row[number].replace(",", "").isdigit() for row in rows)
            is_right = is_number if numbers is None else number in numbers
            table.add_column(column, justify="right" if is_right else "left")
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
        return
    for line in [columns, *rows]:
        padded = [
            cell.rjust(width) if number in (numbers or ()) else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        _show_lines(console, ["  ".join(padded).rstrip()])


def _show_lines(console: Console, lines: Sequence[str]) -> None:
    for line in lines:
        # several sentences are a line each; what a name holds was made printable before it became one
        text = "\n".join(printable(part) for part in line.split("\n"))
        console.print(text, markup=False, soft_wrap=True)


def _console() -> Console:
    return Console(highlight=False)
