"""What the console script prints: tables and progress on a terminal, plain lines anywhere else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from customer_segmentation.errors import SegmentationError
from customer_segmentation.guards import GuardLimits, TableCounts, read_guard_limits
from customer_segmentation.personal import without_personal
from customer_segmentation.refresh import SETTINGS
from customer_segmentation.scheme_usage import PUBLISHED, read_scheme_usage
from customer_segmentation.warehouse import Warehouse

if TYPE_CHECKING:
    from customer_segmentation.loading import LoadReport
    from customer_segmentation.refresh import Listener, RefreshReport

CROSSED_FIRST = ("rfm", "lifecycle")
SCHEMES_CROSSED = 2
SLIPPING_AWAY = "Which good customers are slipping away?"
USAGE_QUERY = """\
select scheme, question, usage, concerned_count, labelled_count
from scheme_usage
order by is_in_use desc, scheme"""
CROSSED_QUERY = """\
select {columns}, count(*) as customers_count
from customer_segments
group by {columns}
order by customers_count desc
limit 10"""
# Each stands on its own and runs on the published file as it is; schemes that are not in use are left out.
OTHER_QUERIES = {
    "How big is each segment, and what does it bring?": """\
select scheme, segment, customers_count, customers_ratio, revenue_ratio, predicted_clv_amount
from segment_profiles
where as_of_date = (select as_of_date from publish_info) and customers_count > 0
    and scheme in (select scheme from scheme_usage where is_in_use)
order by scheme, customers_count desc
limit 20""",
    SLIPPING_AWAY: """\
select customer_id, lifecycle_segment, last_order_date, historic_value_amount
from customer_segments
where 'at_risk' in (lifecycle_segment, rfm_segment)
order by historic_value_amount desc nulls last, customer_id
limit 10""",
    "Which customers will be worth most, and are they still with us?": """\
select customer_id, predicted_clv_amount, probability_alive, expected_purchases_next_365_days
from customer_lifetime_values
order by predicted_clv_amount desc nulls last, customer_id
limit 10""",
    "Why does a customer have its labels?": """\
select scheme, segment, rule_id, deciding_measure, deciding_value, threshold_value, distance_to_next
from customer_segment_assignments
where customer_id = (select min(customer_id) from customer_segments)
    and scheme in (select scheme from scheme_usage where is_in_use)
order by scheme""",
}

PYTHON_HINT = (
    "import duckdb, sys; duckdb.connect('{file}', read_only=True).sql(sys.stdin.read()).show(max_width=200)"
)


@contextmanager
def refresh_listener() -> Iterator["Listener"]:
    """Tell on stderr how a refresh goes: a line per phase, and on a terminal how far the build is."""
    from customer_segmentation.refresh import Listener

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield Listener(phase=lambda text: console.print(text, markup=False, soft_wrap=True))
        return
    with console.status("Starting") as spinner:
        yield Listener(
            phase=lambda text: (console.print(text, markup=False, soft_wrap=True), spinner.update(text))[0],
            progress=lambda done, total: spinner.update(f"Building and testing: {done} of {total}"),
        )


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
    _show_lines(console, [without_personal(notice) for notice in report.notices])
    _show_lines(console, [f"The tables are in the schema raw of {warehouse.build_file}."])


def first_queries(schemes_in_use: Sequence[str]) -> dict[str, str]:
    """What to ask first: two schemes in use crossed; what needs RFM or lifecycle only where one is in use."""
    known = [scheme for scheme in CROSSED_FIRST if scheme in schemes_in_use]
    crossed = [*known, *(scheme for scheme in schemes_in_use if scheme not in known)][:SCHEMES_CROSSED]
    queries = dict(OTHER_QUERIES)
    if crossed:
        columns = ", ".join(f"{scheme}_segment" for scheme in crossed)
        question = f"How many customers are in which segment of {' and '.join(crossed)}?"
        queries = {question: CROSSED_QUERY.format(columns=columns), **queries}
    if not known:
        del queries[SLIPPING_AWAY]
        queries = {"Which schemes say anything, and why not the others?": USAGE_QUERY, **queries}
    return queries


def show_refresh(report: "RefreshReport") -> None:
    """What a refresh did, where the published file is, and what to ask it first."""
    console = _console()
    _show_counts(console, report.counts)
    _show_lines(console, report.notices)
    usage = report.scheme_usage
    _show_lines(console, [usage.sentence()] if usage else [])
    _show_lines(
        console,
        [
            "",
            f"Published as of {report.as_of_date} by run {report.run_id}: {report.published_file}",
            "",
            "Open it read-only with the DuckDB command line, or from Python with the query in query.sql:",
            f"  duckdb -readonly '{report.published_file}'",
            f'  python -c "{PYTHON_HINT.format(file=report.published_file)}" < query.sql',
            "",
            "Questions to begin with:",
        ],
    )
    for question, query in first_queries(usage.in_use if usage else CROSSED_FIRST).items():
        _show_lines(console, ["", f"-- {question}", f"{query};"])


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
    limits = _guard_limits(warehouse)
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


def _guard_limits(warehouse: Warehouse) -> GuardLimits | None:
    """The limits of the last build; none where there is no build yet, or another process writes it."""
    import duckdb

    try:
        with duckdb.connect(str(warehouse.build_file), read_only=True) as connection:
            return read_guard_limits(connection, SETTINGS)
    except (duckdb.Error, SegmentationError):
        return None


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
        return [f"The published file {path} cannot be read: {error}"]
    if row is None:
        return [f"The published file {path} does not say which run made it."]
    published = f"Published as of {row[0]} by run {row[1]} at {row[2]} UTC (version {row[3]}): {path}"
    return [published, *([usage.sentence()] if usage else [])]


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


def _show_rows(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: ruled on a terminal, else columns of equal width under their names."""
    if console.is_terminal:
        table = Table(title=title, title_justify="left")
        for column in columns:
            is_number = all(row[columns.index(column)].replace(",", "").isdigit() for row in rows)
            table.add_column(column, justify="right" if is_number else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
        return
    widths = [max(len(line[i]) for line in [columns, *rows]) for i in range(len(columns))]
    for line in [columns, *rows]:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        _show_lines(console, ["  ".join(cells).rstrip()])


def _show_lines(console: Console, lines: Sequence[str]) -> None:
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _console() -> Console:
    return Console(highlight=False)
