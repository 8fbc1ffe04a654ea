"""Reading one file: a relation in SQL for its rows, and the lines that could not be read."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.errors import DataRefused
from customer_segmentation.loading.folder import DeliveredFile
from customer_segmentation.loading.lines import (
    FileLines,
    Records,
    Stretch,
    chunks,
    copy_without,
    crowded_lines,
    line_numbers,
    read_lines,
    read_records,
    spread,
)
from customer_segmentation.loading.texts import shown, shown_names
from customer_segmentation.warehouse import file_literal, quoted_name, quoted_text

if TYPE_CHECKING:
    import duckdb

DELIMITERS = (",", ";", "\t", "|")
MAXIMUM_HEADER_LETTERS = 131_072
MAXIMUM_LINE_BYTES = 16_000_000
TOO_LONG = "LINE SIZE OVER MAXIMUM"
# what the engine calls them: why a line is no row
NOT_UTF_8 = "it is not UTF-8"
REASONS = {
    "MISSING COLUMNS": "it has fewer columns than the header",
    "TOO MANY COLUMNS": "it has more columns than the header",
    "UNQUOTED VALUE": "a quote is opened and not closed as it should be",
    "INVALID ENCODING": NOT_UTF_8,
    "INVALID STATE": "its quotes are not as they should be",
    "CAST": "it is no row of text",
    TOO_LONG: f"it is longer than {MAXIMUM_LINE_BYTES:,} bytes",
}
# how files begin that are no text, whatever they are called
BINARY_STARTS = {
    b"PK\x03\x04": "a spreadsheet or a zip archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet of an old kind",
    b"\x1f\x8b": "packed (gzip)",
    b"BZh": "packed (bzip2)",
    b"\x28\xb5\x2f\xfd": "packed (zstd)",
    b"\xfd7zXZ": "packed (xz)",
    b"7z\xbc\xaf": "packed (7z)",
    b"PAR1": "a Parquet file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
}
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
NESTED_TYPES = ("STRUCT", "MAP", "UNION", "VARIANT")
ROW_NUMBER_COLUMN = "file_row_number"  # the engine's number of a row of a Parquet file


@dataclass(frozen=True)
class MalformedLine:
    """A line of a CSV file that is no row: its number in the file (the header is line 1) and why."""

    line_number: int
    reason: str


@dataclass(frozen=True)
class FileState:
    """Where a file lies (absolute), its bytes, and when it changed last (microseconds since 1970, UTC)."""

    path: str
    size: int
    modified_at: int


@dataclass(frozen=True)
class CsvHeader:
    """Delimiter, column names (trimmed, lower case) and the blank lines before the header of a CSV file.

    `lines_before` are the blank lines that hold a space, `lines_more` the header's own after its first.
    """

    delimiter: str
    names: tuple[str, ...]
    blank_lines_before: int = 0
    lines_before: int = 0
    lines_more: int = 0


def create_table(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    target: str,
    *,
    scratch_folder: Path,
    known_columns: Collection[str] = (),
    most_swallowed_ratio: float | None = None,
) -> list[MalformedLine]:
    """Create the table `target` (already quoted) with the rows of a CSV file and return its malformed lines.

    All columns are text; names are trimmed and in lower case. Parts of a folder stand one after the other.
    Raises `DataRefused` for what `_create_table_of` refuses, and for parts whose columns differ.
    """
    options = {
        "scratch_folder": scratch_folder,
        "known_columns": known_columns,
        "most_swallowed_ratio": most_swallowed_ratio,
    }
    if not file.part_paths:
        return _create_table_of(connection, file, target, **options)
    malformed: list[MalformedLine] = []
    parts, names = [], set()
    for number, part in enumerate(file.parts):
        parts.append(f"temp.{quoted_name(f'part_{number}_of_{file.name}')}")
        lines = _create_table_of(connection, part, parts[-1], **options)
        malformed += [MalformedLine(line.line_number, f"{line.reason}, in {part.label}") for line in lines]
        found = {row[0] for row in connection.execute(f"describe {parts[-1]}").fetchall()}
        names = names or found
        if found != names:
            odd = sorted(found ^ names)[0]
            raise DataRefused(
                f"{part.label} has other columns than {file.parts[0].label}, for example {shown(odd)}; "
                "expected the same header in each part."
            )
    rows = " union all by name ".join(f"select * from {part}" for part in parts)
    connection.execute(f"create or replace table {target} as {rows}")
    for part in parts:
        connection.execute(f"drop table {part}")
    return malformed


def _create_table_of(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    target: str,
    *,
    scratch_folder: Path,
    known_columns: Collection[str] = (),
    most_swallowed_ratio: float | None = None,
) -> list[MalformedLine]:
    """Create the table `target` (already quoted) with the rows of a CSV file and return its malformed lines.

    All columns are text; names are trimmed and in lower case.
    Every line that is not blank is in a row of the table or malformed: they are counted without the engine.
    A file whose lines end in different ways, or whose quotes are not closed, is read from a copy in
    `scratch_folder`, removed afterwards.
    Raises `DataRefused` for a file without header, with repeated column names, or that is no such file, for a
    line that is too long, and where quotes swallow more than `most_swallowed_ratio` of the lines (none: where
    they swallow all), or so many are in another encoding.
    """
    header = read_header(file, known_columns)
    scratch_folder.mkdir(parents=True, exist_ok=True)
    copies = [scratch_folder / f"{file.name}.{what}.csv" for what in ("line_ends", "quotes")]
    try:
        path, lines = file.path, _lines(file, file.path)
        if not lines.end:
            path = copies[0]
            _copy_with_one_line_end(file.path, path)
            lines = _lines(file, path)
        crowded = crowded_lines(path, header.delimiter, len(header.names), lines.end)
        malformed: list[MalformedLine] = []
        if not crowded:
            malformed = _create_from_csv(connection, file, header, target, path, lines)
            if _is_complete(connection, target, malformed, header, lines, header.lines_more):
                _check_encoding(file, malformed, lines, most_swallowed_ratio)
                return malformed
        records = read_records(
            path,
            header.delimiter,
            len(header.names),
            lines.end,
            asked={line.line_number for line in malformed},
            crowded=crowded,
        )
        if records.broken:
            _check_swallowed(file, records.broken, lines, most_swallowed_ratio)
            # two columns too many: one that is empty, at the end, the engine lets pass
            mask = ("-" + header.delimiter).encode() * (len(header.names) + 1) + b"-"
            path = copy_without(path, copies[1], records.broken, mask, lines.end)
        if records.broken or crowded:
            malformed = _create_from_csv(connection, file, header, target, path, lines)
        if not _is_complete(connection, target, malformed, header, lines, records.lines_more):
            raise DataRefused(
                f"{file.label} cannot be read as CSV: its {lines.count:,} lines are not one row each, and "
                "no quote says why; write it again as CSV with quotes around values that hold line ends."
            )
        _check_encoding(file, malformed, lines, most_swallowed_ratio)
        return _with_ranges(malformed, records)
    finally:
        for copy in copies:
            copy.unlink(missing_ok=True)
        with suppress(OSError):  # something else may lie there
            scratch_folder.rmdir()


def _with_ranges(malformed: Iterable[MalformedLine], records: Records) -> list[MalformedLine]:
    """The malformed lines, those of a record that has several with all of its lines in the reason."""
    reasons = {
        number: stretch.reason
        for stretch in records.broken
        for number in range(stretch.first, stretch.last + 1)
    }
    return [
        MalformedLine(
            line.line_number,
            reasons.get(line.line_number)
            or spread(
                line.reason, line.line_number, records.last_lines.get(line.line_number, line.line_number)
            ),
        )
        for line in malformed
    ]


def _lines(file: DeliveredFile, path: Path) -> FileLines:
    lines = read_lines(path)
    if lines.longest_bytes > MAXIMUM_LINE_BYTES:
        raise DataRefused(_too_long(file, lines.longest_number))
    return lines


def _too_long(file: DeliveredFile, number: int) -> str:
    return (
        f"Line {number:,} of {file.label} is longer than {MAXIMUM_LINE_BYTES:,} bytes, or begins a row that "
        "is; shorten it or leave it out."
    )


def _is_complete(
    connection: "duckdb.DuckDBPyConnection",
    target: str,
    malformed: Collection[MalformedLine],
    header: CsvHeader,
    lines: FileLines,
    lines_more: int,
) -> bool:
    """Whether header, rows and malformed lines, and the lines on which they go on, are all of the file."""
    (rows,) = connection.execute(f"select count(*) from {target}").fetchone() or (0,)
    found = header.lines_before + 1 + rows + len(malformed) + lines_more
    # of a single column a blank line is a row without a value
    blank = lines.blank_count - header.blank_lines_before if len(header.names) == 1 else 0
    return lines.count <= found <= lines.count + max(0, blank)


def _check_swallowed(
    file: DeliveredFile, broken: Sequence[Stretch], lines: FileLines, most_ratio: float | None
) -> None:
    """Refuse a file of whose lines quotes swallow more than a share."""
    swallowed = sum(stretch.swallowed for stretch in broken)
    if swallowed > (1 if most_ratio is None else most_ratio) * lines.count:
        worst = max(broken, key=lambda stretch: stretch.swallowed)
        others = f", and {len(broken) - 1:,} more do likewise" if len(broken) > 1 else ""
        raise DataRefused(
            f"In {file.label} a quote is opened in line {worst.opened:,} and not closed as it should be, "
            f"which makes one line of lines {worst.first:,} to {worst.last:,}{others}: {swallowed:,} of "
            f"{lines.count:,} lines would be lost; close it, or write it twice if it is part of the value."
        )


def _check_encoding(
    file: DeliveredFile, malformed: Sequence[MalformedLine], lines: FileLines, most_ratio: float | None
) -> None:
    """Refuse a file that is in another encoding: every row with an umlaut would be missing."""
    others = [line.line_number for line in malformed if line.reason == NOT_UTF_8]
    if len(others) > (1 if most_ratio is None else most_ratio) * lines.count:
        raise DataRefused(
            f"{file.label} is not UTF-8: {len(others):,} of {lines.count:,} lines, the first is line "
            f"{min(others):,}, hold letters as older spreadsheets write them; save it as 'CSV UTF-8', or "
            "convert it with `iconv -f WINDOWS-1252 -t UTF-8`."
        )


def create_view(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    target: str,
    known_columns: Collection[str] = (),
    *,
    left_out: str = "",
) -> list[FileState]:
    """Create the view `target` (already quoted) over a Parquet file, which stays where it lies.

    Columns are as typed in the file; names are trimmed and in lower case. `left_out` is SQL of the numbers of
    rows that the view does not show (the file must have no `ROW_NUMBER_COLUMN` of its own). Returns by what
    a later run knows that it is still the same file, or of a folder the same files. Raises `DataRefused` as
    `parquet_select`.
    """
    select = parquet_select(connection, file, known_columns, with_row_numbers=True)
    if left_out:
        select = f"select * from ({select}) where {ROW_NUMBER_COLUMN} not in ({left_out})"
    states = []
    for part in file.parts:
        size, modified_at = connection.execute(
            f"select size, epoch_us(last_modified) from read_blob({file_literal(part.path)})"
        ).fetchone() or (0, 0)
        states.append(FileState(str(part.path.resolve()), size, modified_at))
    connection.execute(f"create or replace view {target} as {select}")
    return states


def parquet_select(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    known_columns: Collection[str] | None = None,
    *,
    with_row_numbers: bool = False,
) -> str:
    """A select over a Parquet file, or the parts of a folder, with column names trimmed and in lower case.

    `known_columns` are those that somebody reads (none: all); they are read once here, since a page that is
    damaged shows only then. `with_row_numbers` adds the number of each row as `ROW_NUMBER_COLUMN`.
    Raises `DataRefused` for repeated column names, damaged files, what is no Parquet, and values that are no
    single ones.
    """
    selects = []
    rows_before = 0
    for part in file.parts:
        columns, rows_count = _read_parquet_once(connection, part, known_columns)
        relation = f"read_parquet({file_literal(part.path)}, hive_partitioning = false)"
        if with_row_numbers and not any(column.endswith(f'"{ROW_NUMBER_COLUMN}"') for column in columns):
            relation = relation.removesuffix(")") + f", {ROW_NUMBER_COLUMN} = true)"
            number = f"{ROW_NUMBER_COLUMN} + {rows_before} as {ROW_NUMBER_COLUMN}"
            columns = [*columns, number if rows_before else ROW_NUMBER_COLUMN]
        selects.append(f"select {', '.join(columns)} from {relation}")
        rows_before += rows_count
    return " union all by name ".join(selects)


def _read_parquet_once(
    connection: "duckdb.DuckDBPyConnection", file: DeliveredFile, known_columns: Collection[str] | None
) -> tuple[list[str], int]:
    """The columns of a Parquet file as SQL, and its rows.

    In an engine of its own: one that met a damaged page may refuse everything that follows.
    """
    import duckdb

    if file.path.stat().st_size == 0:
        raise DataRefused(f"{file.label} is empty (0 bytes); expected a Parquet file.")
    relation = f"read_parquet({file_literal(file.path)}, hive_partitioning = false)"
    limit = connection.execute("select current_setting('memory_limit')").fetchone() or ("1GB",)
    try:
        with duckdb.connect(config={"memory_limit": limit[0].replace(" ", "")}) as own:
            types = {row[0]: row[1] for row in own.execute(f"describe select * from {relation}").fetchall()}
            names = dict(zip(types, _unique_names(file, list(types)), strict=True))
            known = [
                column for column, name in names.items() if known_columns is None or name in known_columns
            ]
            for column in known:
                if types[column].startswith(NESTED_TYPES) or types[column].endswith("]"):
                    raise DataRefused(
                        f"The column '{names[column]}' of {file.label} holds lists or records "
                        f"({shown(types[column])}); expected one value in each row."
                    )
            bytes_columns = [column for column in known if types[column] == "BLOB"]
            # a count alone is answered from the statistics of the file
            values = ", ".join(map(quoted_name, known))
            counts = [f"bit_xor(hash({values}))" if known else "0"]
            counts += [
                f"count(*) filter (where {quoted_name(column)} is not null "
                f"and try(decode({quoted_name(column)})) is null)"
                for column in bytes_columns
            ]
            row = own.execute(f"select {', '.join(['count(*)', *counts])} from {relation}").fetchone() or (0,)
    except (duckdb.Error, MemoryError, RuntimeError, UnicodeError) as error:
        raise DataRefused(
            f"{file.label} cannot be read as Parquet: it is no such file, cut off or damaged; write it again."
        ) from error
    for column, count in zip(bytes_columns, row[2:], strict=True):
        if count:
            raise DataRefused(
                f"The column '{names[column]}' of {file.label} holds bytes that are no text (UTF-8) in "
                f"{count:,} rows; expected text or numbers."
            )
    return [
        f"{f'decode({quoted_name(column)})' if column in bytes_columns else quoted_name(column)} "
        f"as {quoted_name(name)}"
        for column, name in names.items()
    ], int(row[0])


def read_header(file: DeliveredFile, known_columns: Collection[str] = ()) -> CsvHeader:
    """Decide delimiter and column names of a CSV file from its header line.

    The delimiter is the one that finds most of `known_columns`, then the one that gives most columns.
    """
    with file.path.open("rb") as stream:
        start = stream.read(4 * MAXIMUM_HEADER_LETTERS)
    if not start:
        raise DataRefused(f"{file.label} is empty (0 bytes); expected a header with the column names.")
    _check_is_text(file, start)
    text = start.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    body = re.sub(r"\A(?:[^\S\n]*\n)+", "", text)
    record = _first_record(body)
    if record is None or len(record) > MAXIMUM_HEADER_LETTERS:
        raise DataRefused(
            f"The header of {file.label} does not end within {MAXIMUM_HEADER_LETTERS:,} letters; expected a "
            "first line with the column names, and a quote that is opened there to be closed there."
        )
    if not record.strip():
        raise DataRefused(f"{file.label} has no header; expected a first line with the column names.")
    if "\ufffd" in record:
        raise DataRefused(f"The header of {file.label} is not UTF-8; save the file as UTF-8.")
    candidates = []
    for position, delimiter in enumerate(DELIMITERS):
        cells = next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter))
        names = tuple(cell.strip().lower() for cell in cells)
        candidates.append((len(set(names) & set(known_columns)), len(names), -position, delimiter, names))
    *_, delimiter, names = max(candidates)
    before = text[: len(text) - len(body)]
    return CsvHeader(
        delimiter,
        _unique_names(file, names),
        before.count("\n"),
        sum(1 for line in before.split("\n") if line),
        sum(1 for line in record.split("\n") if line) - 1,
    )


def _check_is_text(file: DeliveredFile, start: bytes) -> None:
    name = file.label
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataRefused(f"{name} is saved as UTF-16; expected UTF-8.")
    for beginning, what in BINARY_STARTS.items():
        if start.startswith(beginning):
            raise DataRefused(
                f"{name} is no text but {what}; save the table in it as CSV (UTF-8) or Parquet."
            )
    first_line = re.split(rb"[\r\n]", start.lstrip(b"\r\n\t "), maxsplit=1)[0]
    if NO_TEXT.search(first_line.decode("latin-1")):
        raise DataRefused(
            f"The first line of {name} holds letters that no text has, such as NUL; "
            "save the table in it as CSV (UTF-8) or Parquet."
        )


def _create_from_csv(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    header: CsvHeader,
    target: str,
    path: Path,
    lines: FileLines,
) -> list[MalformedLine]:
    import duckdb

    columns = ", ".join(f"{quoted_text(name)}: 'VARCHAR'" for name in header.names)
    connection.execute("drop table if exists temp.csv_rejects")
    connection.execute("drop table if exists temp.csv_reject_scans")
    try:
        connection.execute(
            f"""
            create or replace {"temp " if target.startswith("temp.") else ""}table {target} as
            select * from read_csv(
                {file_literal(path)},
                auto_detect = false,
                header = true,
                skip = {header.blank_lines_before},
                delim = {quoted_text(header.delimiter)},
                quote = '"',
                escape = '"',
                columns = {{{columns}}},
                hive_partitioning = false,
                max_line_size = {MAXIMUM_LINE_BYTES},
                strict_mode = true,
                store_rejects = true,
                rejects_limit = 0,
                rejects_table = 'csv_rejects',
                rejects_scan = 'csv_reject_scans'
            )
            """
        )
    except duckdb.InvalidInputException as error:
        raise DataRefused(
            f"{file.label} cannot be read as CSV with the delimiter {shown(header.delimiter)}; "
            "write it again as CSV (UTF-8) with a line for each row."
        ) from error
    rejects = connection.execute(
        """
        select
            line_byte_position - 1,
            min_by(cast(error_type as varchar), coalesce(column_idx, 0)),
            min_by(coalesce(error_message, ''), coalesce(column_idx, 0))
        from temp.csv_rejects
        group by line_byte_position
        order by line_byte_position
        """
    ).fetchall()
    # the engine's own numbers count records
    numbers = line_numbers(path, [start for start, *_ in rejects], lines.end)
    for number, (_, kind, _) in zip(numbers, rejects, strict=True):
        if kind == TOO_LONG:
            raise DataRefused(_too_long(file, number))
    return [
        MalformedLine(number, _reason(kind, message))
        for number, (_, kind, message) in zip(numbers, rejects, strict=True)
    ]


def _copy_with_one_line_end(path: Path, copy: Path) -> None:
    """Copy a file with line feeds as the only line ends; a carriage return inside a line becomes a blank."""
    with copy.open("wb") as stream:
        for chunk in chunks(path):
            stream.write(chunk.replace(b"\r\n", b"\n").replace(b"\r", b" "))


def _reason(kind: str, message: str) -> str:
    """Why a line is no row, without showing what stands in it."""
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if columns:
        return f"it has {columns[2]} columns where the header has {columns[1]}"
    return REASONS.get(kind, "it is no row")


def _first_record(text: str) -> str | None:
    """The text up to the first line end outside quotes; none where a quote stays open."""
    is_quoted = False
    for position, letter in enumerate(text):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == "\n" and not is_quoted:
            return text[:position]
    return None if is_quoted else text


def _unique_names(file: DeliveredFile, names: Sequence[str]) -> tuple[str, ...]:
    """Names trimmed and in lower case, a blank one named after its position; none may stand twice."""
    unique: list[str] = []
    for position, name in enumerate(names, start=1):
        clean = name.strip().lower() or f"unnamed_{position}"
        if clean in unique:
            named = shown_names(names)[position - 1]
            raise DataRefused(f"{file.label} has the column '{named}' twice; expected each name once.")
        unique.append(clean)
    return tuple(unique)
