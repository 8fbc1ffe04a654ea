"""Load a folder into the schema `raw` of the build file: all tables in one transaction, or nothing."""

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segmentation.contract import InputContract, InputTable, read_contract
from customer_segmentation.errors import DataRefused, EnvironmentFault, Mistakes, WrongCall, listed
from customer_segmentation.loading.adapters import (
    SOURCE_SCHEMA,
    Mapping,
    create_mapped_table,
    read_adapter,
)
from customer_segmentation.loading.checks import SAID_RATIO, CheckedTable, check_table
from customer_segmentation.loading.erased import REQUESTS, Erased, LeftOut, find_erased, requests_as_meant
from customer_segmentation.loading.folder import (
    DeliveredFile,
    delivered_sources,
    delivered_tables,
    the_nearest,
)
from customer_segmentation.loading.identifiers import UnlikeReferences, unlike_references
from customer_segmentation.loading.reading import (
    ROW_NUMBER_COLUMN,
    FileState,
    MalformedLine,
    create_table,
    create_view,
    parquet_select,
)
from customer_segmentation.loading.readings import ColumnReading
from customer_segmentation.loading.suppression import read_suppression
from customer_segmentation.loading.texts import shown, shown_name
from customer_segmentation.loading.wishes import Wishes, read_wishes
from customer_segmentation.progress import Listener
from customer_segmentation.project import ratio_of_seed
from customer_segmentation.warehouse import (
    MEMORY_LIMIT_VARIABLE,
    READABLE_BY_OWNER,
    Warehouse,
    file_literal,
    first_sentence,
    quoted_name,
    quoted_text,
)

if TYPE_CHECKING:
    import duckdb

CUSTOMERS = "customers"
FACT_TABLES = ("orders", "subscriptions", "product_events")
DELIVERED_SCHEMA = "delivered"  # in memory: what is looked at before it is stored
FRESH = "fresh_build"
ERASED_ROWS = "raw.erased_rows"
ACCOUNTS = "accounts"  # enough for a start with firmographics alone


@dataclass(frozen=True)
class LoadedTable:
    """A row of `raw.loaded_tables`: `rows_read` counts malformed lines and rows of erased customers too."""

    table_name: str
    file_name: str
    rows_read: int
    malformed_lines_count: int
    content_sha256: str
    rows_erased: int = 0


@dataclass
class LoadReport:
    """What was loaded, and what the caller should know about it."""

    tables: list[LoadedTable] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    read_as: Wishes = field(default_factory=dict)
    erased: Erased = field(default_factory=Erased)

    @property
    def input_fingerprint(self) -> str:
        """SHA-256 over the names and contents of all tables and how they were asked to be read."""
        lines = sorted(f"{table.table_name} {table.content_sha256}" for table in self.tables)
        lines += sorted(
            f"{table}.{column}={convention}"
            for table, columns in self.read_as.items()
            for column, convention in columns.items()
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_wishes_of_call(
    contract: InputContract,
    project: Path,
    adapter: str | None,
    read_as: Collection[str],
    may_be_empty: Collection[str],
    mistakes: Mistakes,
) -> Wishes:
    """How the call wants columns to be read; notes a `WrongCall` for each word of it that fits nothing."""
    folder = project / "adapters" / adapter if adapter else None
    wishes = read_wishes(contract, read_as, mistakes, folder)
    for name in may_be_empty:
        if name not in contract:
            mistakes.note(
                WrongCall(
                    f"--allow-empty names '{name}', which is no input table; "
                    f"{the_nearest(name, contract.table_names)}."
                )
            )
    return wishes


def load_folder(
    folder: Path,
    warehouse: Warehouse,
    project: Path,
    *,
    adapter: str | None = None,
    may_be_empty: Collection[str] = (),
    read_as: Collection[str] = (),
    as_of_date: date | None = None,
    listener: Listener | None = None,
) -> LoadReport:
    """Load the files of `folder`, through the mappings of `adapter` if one is named.

    CSV files and what an adapter makes become tables; a Parquet file is read where it lies, through a view.
    Text is rewritten in plain form where a column follows another convention (`readings.py`); `read_as` says
    what the columns do not (`orders.ordered_at=day_first`). `as_of_date` is the day that the rows are loaded
    for; plain dbt builds as of it (none: as of today).
    The tables of earlier loads are replaced or, where they are not delivered this time, dropped.
    Rows of erased customers are left out before anything is stored; where one asks for it for the first time,
    the build file begins anew, since bytes of what is deleted would stay in it.
    Raises `WrongCall` for a folder or file name that fits nothing, `DataRefused` for content that cannot be
    used, `EnvironmentFault` for lock, disk and memory. After any of them the build file is as it was before.
    The mistakes of all files and tables are told together. Files are not opened where the call itself is
    wrong: how they shall be read is not known then.
    """
    contract = read_contract(project)
    mistakes = Mistakes()
    wishes = read_wishes_of_call(contract, project, adapter, read_as, may_be_empty, mistakes)
    most_swallowed_ratio: float | None = None
    with mistakes.noted():
        most_swallowed_ratio = ratio_of_seed(project, "input", "largest_swallowed_ratio")
    is_call_wrong = bool(mistakes)
    files: dict[str, DeliveredFile] = {}
    mappings: list[Mapping] = []
    with mistakes.noted():
        if adapter is None:
            files, meant = delivered_tables(folder, contract.table_names, mistakes)
            names = {*files, *meant}
        else:
            mappings = read_adapter(project, adapter, contract.table_names, mistakes)
            files = delivered_sources(folder, mistakes)
            names = {path.stem for path in (project / "adapters" / adapter).glob("*.sql")}
        _note_what_is_missing(folder, names, mistakes)
    if is_call_wrong or not files or (adapter and not mappings):
        mistakes.refuse()
    warehouse.folder.mkdir(parents=True, exist_ok=True)
    return _load(
        files,
        mappings,
        warehouse,
        project,
        contract,
        may_be_empty,
        wishes,
        as_of_date,
        mistakes,
        listener or Listener(),
        most_swallowed_ratio,
    )


def _note_what_is_missing(folder: Path, names: Collection[str], mistakes: Mistakes) -> None:
    """`names` are the tables that are delivered, or meant by a file whose name is wrong."""
    if CUSTOMERS not in names:
        mistakes.note(
            DataRefused(f"{folder} delivers no customers; expected customers.csv or customers.parquet.")
        )
    if not {*FACT_TABLES, ACCOUNTS} & set(names):
        mistakes.note(
            DataRefused(
                f"{folder} delivers neither what customers did nor what they are; expected at least one of "
                f"{', '.join((*FACT_TABLES, ACCOUNTS))}."
            )
        )


def _load(
    files: dict[str, DeliveredFile],
    mappings: list[Mapping],
    warehouse: Warehouse,
    project: Path,
    contract: InputContract,
    may_be_empty: Collection[str],
    wishes: Wishes,
    as_of_date: date | None,
    mistakes: Mistakes,
    listener: Listener,
    most_swallowed_ratio: float | None,
) -> LoadReport:
    report = LoadReport(read_as=wishes)
    delivered = {mapping.table for mapping in mappings} or set(files)
    if not set(FACT_TABLES) & delivered:
        report.notices.append(
            f"None of {', '.join(FACT_TABLES)} is there: what customers are is segmented, "
            "what they do and are worth is unknown."
        )
    malformed: dict[str, list[MalformedLine]] = {}
    states: dict[str, list[FileState]] = {}
    readings: dict[str, tuple[ColumnReading, ...]] = {}
    suppression = read_suppression(warehouse)
    looks_first = bool(suppression) or REQUESTS in delivered
    listener.now("computing checksums")
    deliveries = _deliveries(files, mappings)
    is_new = not warehouse.build_file.exists()
    fresh_file = None
    connection = warehouse.connect_build()
    try:
        with _engine_faults(warehouse):
            if mappings:
                source_lines = _create_sources(
                    connection, files, warehouse.spill_folder, mistakes, most_swallowed_ratio
                )
            relations: dict[str, str] = {}
            if looks_first:
                listener.now("looking for erased customers", 0, len(deliveries))
                relations = _create_in_memory(
                    connection,
                    files,
                    mappings,
                    contract,
                    warehouse,
                    malformed,
                    mistakes,
                    most_swallowed_ratio,
                )
                report.erased = find_erased(connection, contract, project, relations, suppression)
                deliveries = [delivery for delivery in deliveries if delivery.table_name in relations]
                if report.erased.new and not is_new:
                    fresh_file = _use_fresh_file(connection, warehouse)
            _begin(connection, contract)
            if mappings:
                rows_counts = (
                    {table: _count(connection, relation) for table, relation in relations.items()}
                    if looks_first
                    else _create_mapped_tables(connection, contract, mappings, mistakes, listener)
                )
                malformed = _malformed_lines_by_table(source_lines, mappings, rows_counts, report)
                deliveries = [delivery for delivery in deliveries if delivery.table_name in rows_counts]
            for number, delivery in enumerate(deliveries):
                table = delivery.table_name
                listener.now(table, number, len(deliveries))
                with mistakes.noted(), _begun_again(connection, contract, readings):
                    left_out = report.erased.tables.get(table)
                    if looks_first:
                        file = None if mappings else files[table]
                        _create_without(
                            connection,
                            table,
                            relations[table],
                            left_out,
                            file,
                            contract[table].column_names,
                            states,
                        )
                    elif not mappings:
                        _create_delivered(
                            connection,
                            files[table],
                            contract[table],
                            warehouse,
                            states,
                            malformed,
                            most_swallowed_ratio,
                        )
                    lines = malformed.get(table, [])
                    checked = check_table(
                        connection,
                        _raw(table),
                        contract[table],
                        origin=delivery.origin,
                        malformed_lines=lines,
                        may_be_empty=table in may_be_empty or report.erased.rows_count(table) > 0,
                        wishes=wishes.get(table, {}),
                    )
                    if checked.is_rewritten:
                        states.pop(table, None)  # no longer read where it lies
                    readings[table] = checked.readings
                    rows_erased = report.erased.rows_count(table)
                    report.tables.append(
                        LoadedTable(
                            table,
                            delivery.file_name,
                            checked.rows_count + len(lines) + rows_erased,
                            len(lines),
                            delivery.content_sha256,
                            rows_erased,
                        )
                    )
                    report.notices += _notices(delivery, lines, checked)
                    rows = checked.rows_count + len(lines)
                    listener.part(f"{table}, {rows:,} {'row' if rows == 1 else 'rows'}")
            listener.now("comparing references", len(deliveries), len(deliveries))
            # a table that was refused says nothing of the references to it
            deliveries = [delivery for delivery in deliveries if delivery.table_name in readings]
            unlike = _unlike_references(connection, contract, deliveries, wishes, mistakes, relations)
            mistakes.refuse()
            for delivery in deliveries:
                report.notices += [
                    references.sentence(delivery.origin) for references in unlike[delivery.table_name]
                ]
            report.notices += filter(None, [report.erased.sentence()])
            listener.now("", len(deliveries), len(deliveries))
            _write_readings(connection, readings, unlike)
            _write_declaration(connection, report, malformed)
            _write_findings(connection, report)
            _write_file_states(connection, states)
            _write_load_record(connection, as_of_date)
            connection.execute("commit")
            connection.execute(f"checkpoint {FRESH}" if fresh_file else "checkpoint")
            is_new = False
            if fresh_file:
                connection.close()
                os.replace(fresh_file, warehouse.build_file)
    finally:
        connection.close()
        if is_new:
            warehouse.build_file.unlink(missing_ok=True)
        for path in (fresh_file, fresh_file.with_name(f"{fresh_file.name}.wal")) if fresh_file else ():
            path.unlink(missing_ok=True)
    return report


def _notices(delivery: "_Delivery", lines: list[MalformedLine], checked: CheckedTable) -> list[str]:
    """What the user is told of a table: lines and columns left out, conventions, what was unreadable."""
    notices = []
    if lines:
        first = lines[0]
        notices.append(
            f"{delivery.origin}: {len(lines):,} malformed lines were set aside "
            f"(line {first.line_number}: {first.reason})."
        )
    if checked.extra_columns:
        notices.append(
            f"{delivery.origin}: columns unknown to '{delivery.table_name}' are left unused: "
            f"{listed([shown_name(name) for name in checked.extra_columns])}."
        )
    for reading in checked.readings:
        notices += filter(None, [reading.sentence(delivery.origin)])
        if reading.values_unreadable >= max(1, SAID_RATIO * reading.values_given):
            example = shown(reading.unreadable_example, is_personal=reading.column.is_pii)
            notices.append(
                f"{delivery.origin} {reading.column.name}: {reading.values_unreadable:,} of "
                f"{reading.values_given:,} values could not be read, for example {example}."
            )
    return notices


def _unlike_references(
    connection: "duckdb.DuckDBPyConnection",
    contract: InputContract,
    deliveries: list["_Delivery"],
    wishes: Wishes,
    mistakes: Mistakes,
    delivered: dict[str, str],
) -> dict[str, list[UnlikeReferences]]:
    """By table. Requests for erasure are compared as `delivered`: what is loaded of them names nobody."""
    raw = {delivery.table_name: _raw(delivery.table_name) for delivery in deliveries}
    requests = requests_as_meant(delivered) if {REQUESTS, CUSTOMERS} <= set(raw) else {}
    types_of_raw, types_of_requests = (
        {
            table: {row[0]: row[1] for row in connection.execute(f"describe from {relation}").fetchall()}
            for table, relation in relations.items()
        }
        for relations in (raw, requests)
    )
    known: set[str] = set()
    found = {}
    # requests come last, since they are compared with all customers that were delivered
    for delivery in sorted(deliveries, key=lambda delivery: delivery.table_name == REQUESTS):
        name = delivery.table_name
        is_of_requests = name == REQUESTS
        found[name] = unlike_references(
            connection,
            contract,
            types_of_requests if is_of_requests else types_of_raw,
            name,
            mistakes,
            origin=delivery.origin,
            wishes=wishes.get(name, {}),
            known=set() if is_of_requests else known,
            relations=requests if is_of_requests else raw,
        )
    return found


def _create_delivered(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    table: InputTable,
    warehouse: Warehouse,
    states: dict[str, list[FileState]],
    malformed: dict[str, list[MalformedLine]],
    most_swallowed_ratio: float | None,
) -> None:
    """The relation of a delivered file; adds to `states` where it lies, or to `malformed` what is no row."""
    if file.format == "parquet":
        states[table.name] = create_view(connection, file, _raw(table.name), table.column_names)
    else:
        malformed[table.name] = create_table(
            connection,
            file,
            _raw(table.name),
            scratch_folder=warehouse.spill_folder,
            known_columns=table.column_names,
            most_swallowed_ratio=most_swallowed_ratio,
        )


def _create_in_memory(
    connection: "duckdb.DuckDBPyConnection",
    files: dict[str, DeliveredFile],
    mappings: list[Mapping],
    contract: InputContract,
    warehouse: Warehouse,
    malformed: dict[str, list[MalformedLine]],
    mistakes: Mistakes,
    most_swallowed_ratio: float | None,
) -> dict[str, str]:
    """Everything that is delivered in a database in memory, outside the build file: its relations by table.

    What memory does not hold is in the spill folder, until the connection ends.
    """
    connection.execute(f"attach ':memory:' as {DELIVERED_SCHEMA}")
    relations = {}
    by_table = {mapping.table: mapping for mapping in mappings}
    for table in by_table or files:
        target = f"{DELIVERED_SCHEMA}.main.{quoted_name(table)}"
        with mistakes.noted():
            if table in by_table:
                create_mapped_table(connection, by_table[table], target)
            elif files[table].format == "parquet":
                create_view(connection, files[table], target, contract[table].column_names)
            else:
                malformed[table] = create_table(
                    connection,
                    files[table],
                    target,
                    scratch_folder=warehouse.spill_folder,
                    known_columns=contract[table].column_names,
                    most_swallowed_ratio=most_swallowed_ratio,
                )
            relations[table] = target
    return relations


def _create_without(
    connection: "duckdb.DuckDBPyConnection",
    table: str,
    relation: str,
    left_out: LeftOut | None,
    file: DeliveredFile | None,
    known_columns: Collection[str],
    states: dict[str, list[FileState]],
) -> None:
    """The raw relation of a table without what is left out: a Parquet file stays where it lies, if it may."""
    raw = _raw(table)
    if file and file.format == "parquet" and left_out is None:
        states[table] = create_view(connection, file, raw, known_columns)
        return
    columns = {row[0] for row in connection.execute(f"describe {relation}").fetchall()}
    is_numbered = file and file.format == "parquet" and ROW_NUMBER_COLUMN in columns
    if file and left_out and is_numbered and not left_out.replaced:
        connection.execute(
            f"create table if not exists {ERASED_ROWS} "
            "(input_table varchar not null, row_number bigint not null)"
        )
        connection.execute(
            f"insert into {ERASED_ROWS} select {quoted_text(table)}, {ROW_NUMBER_COLUMN} "
            f"from {relation} where {left_out.condition}"
        )
        erased = f"select row_number from {ERASED_ROWS} where input_table = {quoted_text(table)}"
        states[table] = create_view(connection, file, raw, known_columns, left_out=erased)
        return
    select = left_out.select(relation) if left_out else f"select * from {relation}"
    connection.execute(f"create or replace table {raw} as {select}")


def _use_fresh_file(connection: "duckdb.DuckDBPyConnection", warehouse: Warehouse) -> Path:
    """Go on in a new build file, which takes the place of the old one when everything is loaded."""
    path = warehouse.build_file.with_name(f"{warehouse.build_file.name}.{os.getpid()}.tmp")
    path.unlink(missing_ok=True)
    connection.execute(f"attach {file_literal(path)} as {FRESH}")
    path.chmod(READABLE_BY_OWNER)
    connection.execute(f"use {FRESH}")
    return path


def _begin(connection: "duckdb.DuckDBPyConnection", contract: InputContract) -> None:
    connection.execute("begin transaction")
    connection.execute("create schema if not exists raw")
    _drop_loaded_relations(connection, contract)


@contextmanager
def _begun_again(
    connection: "duckdb.DuckDBPyConnection", contract: InputContract, kept: dict[str, Any]
) -> Iterator[None]:
    """Go on in a new transaction where a refused file has ended the one it was read in.

    What was loaded before is gone then, so `kept`, which is keyed by table, is emptied: as something is
    refused it would not have been kept, and the tables to come can still be checked.
    """
    import duckdb

    try:
        yield
    except DataRefused:
        try:
            connection.execute("select 1")
        except duckdb.TransactionException:
            connection.execute("rollback")
            _begin(connection, contract)
            kept.clear()
        raise


@dataclass(frozen=True)
class _Delivery:
    """A table of this load: how messages call its origin, and what `raw.loaded_tables` says of it."""

    table_name: str
    origin: str
    file_name: str
    content_sha256: str


def _deliveries(files: dict[str, DeliveredFile], mappings: list[Mapping]) -> list[_Delivery]:
    if not mappings:
        return [
            _Delivery(file.name, file.path.name, file.path.name, file.content_sha256)
            for file in files.values()
        ]
    deliveries = []
    for mapping in mappings:
        sources = [files[name] for name in sorted(mapping.sources) if name in files]
        content = "\n".join([mapping.select, *(source.content_sha256 for source in sources)])
        deliveries.append(
            _Delivery(
                mapping.table,
                mapping.origin,
                ", ".join(source.path.name for source in sources),
                hashlib.sha256(content.encode()).hexdigest(),
            )
        )
    return deliveries


def _create_sources(
    connection: "duckdb.DuckDBPyConnection",
    files: dict[str, DeliveredFile],
    scratch_folder: Path,
    mistakes: Mistakes,
    most_swallowed_ratio: float | None,
) -> dict[str, list[MalformedLine]]:
    """Make every file readable as `source.<name>`, in a database in memory, outside the build file."""
    connection.execute(f"attach ':memory:' as {SOURCE_SCHEMA}")
    malformed = {}
    mistakes_before = len(mistakes)
    for name, file in files.items():
        target = f"{SOURCE_SCHEMA}.main.{quoted_name(name)}"
        with mistakes.noted():
            if file.format == "parquet":
                connection.execute(f"create view {target} as {parquet_select(connection, file)}")
            else:
                malformed[name] = create_table(
                    connection,
                    file,
                    target,
                    scratch_folder=scratch_folder,
                    most_swallowed_ratio=most_swallowed_ratio,
                )
    if len(mistakes) > mistakes_before:
        mistakes.refuse()  # what a mapping makes of a file that cannot be read is no mistake of its own
    return malformed


def _create_mapped_tables(
    connection: "duckdb.DuckDBPyConnection",
    contract: InputContract,
    mappings: list[Mapping],
    mistakes: Mistakes,
    listener: Listener,
) -> dict[str, int]:
    """The rows of each table that a mapping has made."""
    rows_counts: dict[str, int] = {}
    for number, mapping in enumerate(mappings):
        listener.now(f"the mapping {mapping.path.name}", number, len(mappings))
        with mistakes.noted(), _begun_again(connection, contract, rows_counts):
            create_mapped_table(connection, mapping, _raw(mapping.table))
            rows_counts[mapping.table] = _count(connection, _raw(mapping.table))
    return rows_counts


def _malformed_lines_by_table(
    source_lines: dict[str, list[MalformedLine]],
    mappings: list[Mapping],
    rows_counts: dict[str, int],
    report: LoadReport,
) -> dict[str, list[MalformedLine]]:
    """A malformed line of a source counts once: for the biggest of the tables made from that source."""
    malformed: dict[str, list[MalformedLine]] = {}
    for source, lines in source_lines.items():
        tables = [mapping.table for mapping in mappings if source in mapping.sources]
        if not lines:
            continue
        if tables:
            table = max(sorted(tables), key=lambda name: rows_counts.get(name, 0))
            malformed.setdefault(table, []).extend(lines)
        else:
            report.notices.append(
                f"The source '{source}', which no mapping reads, has {len(lines):,} malformed lines."
            )
    return malformed


def _drop_loaded_relations(connection: "duckdb.DuckDBPyConnection", contract: InputContract) -> None:
    """Drop what an earlier load left: a table may come as a view this time, or not at all."""
    existing = connection.execute(
        """
        select table_name, 'table' as kind
        from duckdb_tables()
        where schema_name = 'raw' and database_name = current_database()
        union all
        select view_name, 'view' as kind
        from duckdb_views()
        where schema_name = 'raw' and database_name = current_database()
        """
    ).fetchall()
    for name, kind in existing:
        if name in contract:
            connection.execute(f"drop {kind} {_raw(name)}")
    connection.execute(f"drop table if exists {ERASED_ROWS}")


def _write_file_states(connection: "duckdb.DuckDBPyConnection", states: dict[str, list[FileState]]) -> None:
    """What is read where it lies: the macro `check_delivered_file` compares it before staging reads it."""
    connection.execute(
        """
        create or replace table raw.delivered_files (
            table_name varchar not null,
            file_path varchar not null,
            file_bytes bigint not null,
            file_modified_at bigint not null
        )
        """
    )
    for table, found in states.items():
        for state in found:
            connection.execute(
                "insert into raw.delivered_files values (?, ?, ?, ?)",
                [table, state.path, state.size, state.modified_at],
            )


def _write_load_record(connection: "duckdb.DuckDBPyConnection", as_of_date: date | None) -> None:
    """When this load was (UTC), for `dbt source freshness`, and for which day, for the macro `as_of_day`."""
    connection.execute(
        "create or replace table raw.load_record (loaded_at timestamp not null, as_of_date date)",
    )
    connection.execute(
        "insert into raw.load_record values (?, ?)", [datetime.now(UTC).replace(tzinfo=None), as_of_date]
    )


def _write_readings(
    connection: "duckdb.DuckDBPyConnection",
    readings: dict[str, tuple[ColumnReading, ...]],
    unlike: dict[str, list[UnlikeReferences]],
) -> None:
    """What there is to say of single columns: conventions, unreadable values, unlike references."""
    connection.execute(
        """
        create or replace temp table column_readings (
            input_table varchar not null,
            column_name varchar not null,
            convention varchar,
            values_given bigint not null,
            values_unreadable bigint not null,
            references_unlike bigint not null
        )
        """
    )
    for table, found in readings.items():
        for reading in found:
            if reading.convention or reading.values_unreadable:
                connection.execute(
                    "insert into temp.column_readings values (?, ?, nullif(?, ''), ?, ?, 0)",
                    [
                        table,
                        reading.column.name,
                        reading.convention,
                        reading.values_given,
                        reading.values_unreadable,
                    ],
                )
    for table, found in unlike.items():
        for references in found:
            connection.execute(
                "insert into temp.column_readings values (?, ?, null, ?, 0, ?)",
                [table, references.column_name, references.values_given, references.values_unlike],
            )


def _write_declaration(
    connection: "duckdb.DuckDBPyConnection", report: LoadReport, malformed: dict[str, list[MalformedLine]]
) -> None:
    connection.execute(
        """
        create or replace table raw.loaded_tables (
            table_name varchar not null,
            file_name varchar not null,
            rows_read bigint not null,
            malformed_lines_count bigint not null,
            content_sha256 varchar not null
        )
        """
    )
    connection.execute(
        """
        create or replace table raw.malformed_lines (
            input_table varchar not null,
            line_number bigint not null,
            reason varchar not null
        )
        """
    )
    connection.executemany(
        "insert into raw.loaded_tables values (?, ?, ?, ?, ?)",
        [
            [
                table.table_name,
                table.file_name,
                table.rows_read,
                table.malformed_lines_count,
                table.content_sha256,
            ]
            for table in report.tables
        ],
    )
    for table, lines in malformed.items():
        # one statement however many lines: row-by-row inserts of a broken file would take hours
        connection.execute(
            "insert into raw.malformed_lines select ?, unnest(?::bigint[]), unnest(?::varchar[])",
            [table, [line.line_number for line in lines], [line.reason for line in lines]],
        )


def _write_findings(connection: "duckdb.DuckDBPyConnection", report: LoadReport) -> None:
    """Everything the loader found, in the one table that staging reads.

    A row of an erased customer is told by a running number only: nothing leads from it to who it was.
    """
    connection.execute(
        "create or replace temp table erased_findings (input_table varchar, rows_count bigint)"
    )
    for table in report.tables:
        connection.execute(
            "insert into temp.erased_findings values (?, ?)", [table.table_name, table.rows_erased]
        )
    connection.execute(
        """
        create or replace table raw.loader_findings as
        select
            input_table,
            line_number,
            'malformed_line' as rule_id,
            reason,
            cast(null as varchar) as column_name,
            cast(null as varchar) as convention,
            cast(null as bigint) as values_given,
            cast(null as bigint) as values_unreadable,
            cast(null as bigint) as references_unlike
        from raw.malformed_lines
        union all by name
        select input_table, unnest(range(1, rows_count + 1)) as line_number, 'customer_erased' as rule_id
        from temp.erased_findings
        union all by name
        select * from temp.column_readings
        """
    )


@contextmanager
def _engine_faults(warehouse: Warehouse) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise EnvironmentFault(
            f"Loading needs more memory than {MEMORY_LIMIT_VARIABLE} allows: {first_sentence(str(error))}."
        ) from error
    except duckdb.IOException as error:
        raise EnvironmentFault(
            f"Loading into {warehouse.build_file} failed: {first_sentence(str(error))}."
        ) from error


def _raw(table: str) -> str:
    return f"raw.{quoted_name(table)}"


def _count(connection: "duckdb.DuckDBPyConnection", relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
