"""The console script `customer-segmentation`. Heavy modules are imported where they are used."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from customer_segmentation.errors import SegmentationError

EXIT_CODES = (
    "Exit codes: 0 done; 1 data refused, nothing published; 2 wrong call or configuration; "
    "3 environment (lock, disk, engine)."
)

app = typer.Typer(
    name="customer-segmentation",
    help="Governed, tested, explained customer segments in the warehouse.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

InputFolder = Annotated[
    Path, typer.Option("--input", help="Folder of <table>.csv or <table>.parquet files.", show_default=False)
]
Adapter = Annotated[
    str | None,
    typer.Option("--adapter", help="Folder of adapters/ that maps the files to the canonical tables."),
]
WarehouseFolder = Annotated[Path, typer.Option("--warehouse", help="Folder of the warehouse files.")]
AllowEmpty = Annotated[
    list[str] | None,
    typer.Option("--allow-empty", metavar="TABLE", help="A table that may have a header and no rows; repeatable."),
]


@app.callback()
def common_options(
    traceback: Annotated[bool, typer.Option("--traceback", help="Show the traceback of an error.")] = False,
) -> None:
    """Governed, tested, explained customer segments in the warehouse."""


@app.command(epilog=EXIT_CODES)
def load(
    input_folder: InputFolder,
    adapter: Adapter = None,
    warehouse_folder: WarehouseFolder = Path("warehouse"),
    allow_empty: AllowEmpty = None,
) -> None:
    """Load the files of a folder into the schema raw of the build warehouse: all tables or none."""
    from customer_segmentation.loading import load_folder
    from customer_segmentation.project import project_folder
    from customer_segmentation.warehouse import Warehouse

    report = load_folder(
        input_folder,
        Warehouse(warehouse_folder.resolve()),
        project_folder(),
        adapter=adapter,
        may_be_empty=allow_empty or (),
    )
    for table in report.tables:
        typer.echo(f"{table.table_name}: {table.rows_read:,} rows read from {table.file_name}")
    for notice in report.notices:
        typer.echo(notice)


def main() -> None:
    """Entry point: an error is one sentence on stderr and the exit code of its kind."""
    try:
        app(prog_name="customer-segmentation")
    except SegmentationError as error:
        if "--traceback" in sys.argv:
            raise
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
