"""The console script `customer-segmentation`. Heavy modules are imported where they are used, so that
`--help` answers at once."""

import signal
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from customer_segmentation.errors import EnvironmentFault, SegmentationError, WrongCall, shortened

if TYPE_CHECKING:
    from customer_segmentation.loading import LoadReport

EXIT_CODES = (
    "Exit codes: 0 done; 1 data refused, nothing published; 2 wrong call or configuration; "
    "3 environment (lock, disk, engine)."
)
DEFAULT_UNTIL = "2026-06-30"
ROWS_SHOWN = 100

app = typer.Typer(
    name="customer-segmentation",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

InputFolder = Annotated[
    Path,
    typer.Option("--input", metavar="DIR", help="Folder with <table>.csv or <table>.parquet files."),
]
Adapter = Annotated[
    str | None,
    typer.Option(
        "--adapter", metavar="NAME", help="Map the files of a known source (a folder of adapters/)."
    ),
]
WarehouseFolder = Annotated[
    Path,
    typer.Option(
        "--warehouse",
        metavar="DIR",
        envvar="CUSTOMER_SEGMENTATION_WAREHOUSE",
        help="Folder of the warehouse files; plain dbt reads the same variable.",
    ),
]
AllowEmpty = Annotated[
    list[str] | None,
    typer.Option("--allow-empty", metavar="TABLE", help="Accept this table without rows; repeatable."),
]
ReadAs = Annotated[
    list[str] | None,
    typer.Option(
        "--read",
        metavar="TABLE.COLUMN=HOW",
        help="How to read a column whose values do not say it: day_first, month_first, year_first, "
        "excel_serial, unix_time, decimal_point, decimal_comma, as_is (identifiers), ignore; repeatable.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say errors only.")]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show the traceback of an error.")]


@app.callback()
def describe(traceback: Traceback = False) -> None:
    """Governed, tested, explained customer segments in the warehouse."""


@app.command(epilog=EXIT_CODES)
def example(
    output_folder: Annotated[
        Path, typer.Option("--output", metavar="DIR", help="Folder to write the tables to.")
    ],
    customers: Annotated[int, typer.Option("--customers", min=1, help="How many customers.")] = 3000,
    seed: Annotated[int, typer.Option("--seed", help="Equal seed, equal company.")] = 42,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Last day of facts.")] = DEFAULT_UNTIL,
    quiet: Quiet = False,
    traceback: Traceback = False,
) -> None:
    """Generate the example company: canonical tables as Parquet, what is true of it in DIR/truth/."""
    from customer_segmentation.console_progress import console_listener
    from customer_segmentation.example import generate_example_company

    last_day = _date("--until", until)
    with console_listener(quiet=quiet) as listener:
        listener.phase("Generating the example company")
        rows_counts = generate_example_company(
            output_folder, customers=customers, seed=seed, until=last_day, listener=listener
        )
    if not quiet:
        typer.echo(
            f"The example company of {customers:,} customers until {until} is in {output_folder}: "
            f"{sum(rows_counts.values()):,} rows in {len(rows_counts)} tables."
        )


@app.command(epilog=EXIT_CODES)
def load(
    input_folder: InputFolder,
    adapter: Adapter = None,
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    allow_empty: AllowEmpty = None,
    read_as: ReadAs = None,
    quiet: Quiet = False,
    traceback: Traceback = False,
) -> None:
    """Load the files of a folder into the schema raw of the build file: all tables or none."""
    from customer_segmentation.console_progress import console_listener
    from customer_segmentation.console_report import show_load
    from customer_segmentation.loading import load_folder
    from customer_segmentation.project import project_folder
    from customer_segmentation.run_state import disk_faults, refresh_lock
    from customer_segmentation.warehouse import Warehouse, on_sound_build

    warehouse = Warehouse(warehouse_folder.resolve())
    _check_input_folder(input_folder)
    with (
        disk_faults(warehouse, input_folder),
        refresh_lock(warehouse),
        console_listener(quiet=quiet) as listener,
    ):
        listener.phase("Loading the input")

        def read() -> "LoadReport":
            return load_folder(
                input_folder,
                warehouse,
                project_folder(),
                adapter=adapter,
                may_be_empty=allow_empty or (),
                read_as=read_as or (),
                listener=listener,
            )

        report = on_sound_build(warehouse, read, listener.notice)
    if not quiet:
        show_load(report, warehouse)


@app.command(epilog=EXIT_CODES)
def refresh(
    input_folder: InputFolder,
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="DATE|today", help="The day up to whose end facts count."),
    ],
    adapter: Adapter = None,
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    target: Annotated[str, typer.Option("--target", metavar="duckdb|spark", help="dbt target.")] = "duckdb",
    allow_empty: AllowEmpty = None,
    read_as: ReadAs = None,
    accept_change: Annotated[
        bool,
        typer.Option("--accept-change", help="Publish although a guard objects."),
    ] = False,
    quiet: Quiet = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one JSON object on stdout, of a refused run too.")
    ] = False,
    traceback: Traceback = False,
) -> None:
    """Load, build, test and publish: all public tables together, or nothing."""
    from customer_segmentation.console_progress import console_listener
    from customer_segmentation.console_report import show_refresh
    from customer_segmentation.project import project_folder
    from customer_segmentation.refresh import RefreshRequest
    from customer_segmentation.refresh import refresh as run_refresh
    from customer_segmentation.run_report import error_as_json, report_as_json
    from customer_segmentation.warehouse import Warehouse

    request = RefreshRequest(
        input_folder=input_folder.resolve(),
        warehouse=Warehouse(warehouse_folder.resolve()),
        project=project_folder(),
        as_of=as_of,
        adapter=adapter,
        target=target,
        may_be_empty=tuple(allow_empty or ()),
        read_as=tuple(read_as or ()),
        accept_change=accept_change,
    )
    try:
        with console_listener(quiet=quiet) as listener:
            report = run_refresh(request, listener)
    except Exception as error:
        if as_json:
            typer.echo(error_as_json(error))
        raise
    if as_json:
        typer.echo(report_as_json(report))
    elif not quiet:
        show_refresh(report, request.warehouse)


@app.command(epilog=EXIT_CODES)
def status(
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    history: Annotated[bool, typer.Option("--history", help="List the earlier runs instead.")] = False,
    traceback: Traceback = False,
) -> None:
    """Show the last run, what is published, the guards and the rejected rows."""
    from customer_segmentation.console_report import show_runs, show_status
    from customer_segmentation.run_history import read_runs
    from customer_segmentation.warehouse import Warehouse

    warehouse = Warehouse(warehouse_folder.resolve())
    if not warehouse.folder.is_dir():
        raise WrongCall(f"The warehouse folder {warehouse.folder} does not exist.")
    if history:
        show_runs(read_runs(warehouse))
    else:
        show_status(warehouse)


@app.command(epilog=EXIT_CODES)
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SELECT", help="One SELECT in quotes; '-' reads it from stdin.")
    ],
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Write CSV: all rows unless --limit says less.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help=f"Rows at most; without --csv {ROWS_SHOWN}."),
    ] = None,
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    traceback: Traceback = False,
) -> None:
    """Ask the published file: read-only, and nothing but this file."""
    from customer_segmentation.published_query import ask, write_csv
    from customer_segmentation.warehouse import Warehouse

    published_file = Warehouse(warehouse_folder.resolve()).published_file
    rows_limit = limit or (None if as_csv else ROWS_SHOWN)
    answer = ask(published_file, sys.stdin.read() if sql == "-" else sql, limit=rows_limit)
    if as_csv:
        write_csv(answer, sys.stdout)
    else:
        from customer_segmentation.console_report import show_answer

        show_answer(answer)
    if answer.has_more:
        typer.echo(f"There are more rows than these {rows_limit:,}; --limit N shows more.", err=True)


@app.command(epilog=EXIT_CODES)
def rejected(
    table: Annotated[
        str | None, typer.Option("--table", metavar="TABLE", help="Only this input table.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Lines at most; all by default.")
    ] = None,
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    traceback: Traceback = False,
) -> None:
    """Show which rows of the last build were rejected: by table and reason, with an example."""
    from customer_segmentation.console_report import show_rejections
    from customer_segmentation.contract import read_contract
    from customer_segmentation.project import project_folder
    from customer_segmentation.rejections import rejections_of, whose_rows
    from customer_segmentation.warehouse import Warehouse

    warehouse = Warehouse(warehouse_folder.resolve())
    rejections = rejections_of(warehouse, table, read_contract(project_folder()).table_names)
    show_rejections(rejections, limit, whose_rows(warehouse))


@app.command(epilog=EXIT_CODES)
def keys(
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    traceback: Traceback = False,
) -> None:
    """Write which customer_id each published hash stands for, as CSV: personal data, handle it so."""
    from customer_segmentation.personal import hidden_keys
    from customer_segmentation.published_query import Answer, write_csv
    from customer_segmentation.warehouse import Warehouse

    hashed = hidden_keys(Warehouse(warehouse_folder.resolve()))
    write_csv(Answer(("customer_id", "delivered_customer_id"), hashed), sys.stdout)


@app.command(epilog=EXIT_CODES)
def erase(
    customer_ids: Annotated[
        list[str],
        typer.Option(
            "--customer-id",
            metavar="ID",
            help="Identifier as delivered, in any letter case, or a published hash (hashed_…); repeatable.",
        ),
    ],
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    even_if_unknown: Annotated[
        bool,
        typer.Option(
            "--even-if-unknown", help="Put identifiers on the list that the warehouse does not know (yet)."
        ),
    ] = False,
    traceback: Traceback = False,
) -> None:
    """Erase customers from everything the project owns, for good, with all identifiers merged with theirs."""
    from customer_segmentation.erasing import erase as run_erasure
    from customer_segmentation.project import project_folder
    from customer_segmentation.warehouse import Warehouse

    warehouse = Warehouse(warehouse_folder.resolve())
    report = run_erasure(customer_ids, warehouse, project_folder(), even_if_unknown=even_if_unknown)
    for sentence in report.sentences():
        typer.echo(sentence)


@app.command(epilog=EXIT_CODES)
def personas(
    output_file: Annotated[Path, typer.Option("--output", metavar="FILE", help="HTML file to write.")],
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    traceback: Traceback = False,
) -> None:
    """Write the profile cards of the published personas as one page that any browser opens."""
    from customer_segmentation.persona_page import write_persona_page
    from customer_segmentation.warehouse import Warehouse

    count = write_persona_page(Warehouse(warehouse_folder.resolve()).published_file, output_file)
    typer.echo(f"The cards of {count} personas and provisional clusters are in {output_file}.")


def main() -> None:
    """Entry point: an error is one sentence on stderr and the exit code of its kind."""
    wants_traceback = "--traceback" in sys.argv[1:]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app(prog_name="customer-segmentation")
    except SystemExit as ended:
        wrong = ended.__context__  # what the parser of the command line has said on stderr
        if isinstance(wrong, TyperException) and "--json" in sys.argv[1:]:
            from customer_segmentation.run_report import error_as_json

            typer.echo(error_as_json(WrongCall(wrong.format_message())))
        raise
    except SegmentationError as error:
        _fail(error, wants_traceback)
    except KeyboardInterrupt:
        _fail(EnvironmentFault("Interrupted."), wants_traceback=False)
    except OSError as error:
        what = error.filename or "the output"
        _fail(
            EnvironmentFault(f"Reading or writing {what} failed: {error.strerror or error}."), wants_traceback
        )
    except Exception as error:
        if wants_traceback:
            raise
        text = f"{type(error).__name__}: {shortened(str(error))}"
        _fail(EnvironmentFault(f"{text} (repeat with --traceback to see where)."), wants_traceback)


def _interrupt(*_: object) -> None:
    """An orderly end is asked for: leave as with Ctrl-C, so that locks are freed and the state is written."""
    raise KeyboardInterrupt


def _fail(error: SegmentationError, wants_traceback: bool) -> None:
    if wants_traceback:
        import traceback

        traceback.print_exception(error)
    else:
        typer.echo(str(error), err=True)
    sys.exit(error.exit_code)


def _check_input_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise WrongCall(f"The input folder {folder} does not exist.")


def _date(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongCall(f"{option} is '{text}'; it must be a real date such as {DEFAULT_UNTIL}.") from error


if __name__ == "__main__":
    main()
