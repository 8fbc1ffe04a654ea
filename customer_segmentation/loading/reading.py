"""Reading one file: a relation in SQL for its rows, and the lines that could not be read."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.errors import DataRefused
from customer_segmentation.loading.folder import DeliveredFile
from customer_segmentation.warehouse import file_literal, first_sentence, quoted_name, quoted_text

if TYPE_CHECKING:
    import duckdb

DELIMITERS = (",", ";", "\t", "|")
HEADER_BYTES = 1 << 20
CHUNK_BYTES = 1 << 23
MAXIMUM_LINE_BYTES = 16_000_000
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
    """Delimiter, column names (trimmed, lower case) and the blank lines before the header of a CSV file."""

    delimiter: str
    names: tuple[str, ...]
    blank_lines_before: int = 0


def create_table(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    target: str,
    *,
    scratch_folder: Path,
    known_columns: Collection[str] = (),
) -> list[MalformedLine]:
    """Create the table `target` (already quoted) with the rows of a CSV file and return its malformed lines.

    All columns are text; names are trimmed and in lower case.
    A file whose lines end in different ways is read from a copy in `scratch_folder`, removed afterwards.
    Raises `DataRefused` for a file without header, with repeated column names, or that is no such file.
    """
    header = read_header(file, known_columns)
    if _has_one_line_end(file.path):
        return _create_from_csv(connection, file, header, target, file.path)
    scratch_folder.mkdir(parents=True, exist_ok=True)
    copy = scratch_folder / f"{file.name}.line_ends.csv"
    try:
        _copy_with_one_line_end(file.path, copy)
        return _create_from_csv(connection, file, header, target, copy)
    finally:
        copy.unlink(missing_ok=True)


def create_view(
    connection: "duckdb.DuckDBPyConnection", file: DeliveredFile, target: str, *, left_out: str = ""
) -> FileState:
    """Create the view `target` (already quoted) over a Parquet file, which stays where it lies.

    Columns are as typed in the file; names are trimmed and in lower case. `left_out` is SQL of the numbers of
    rows that the view does not show (the file must have no `ROW_NUMBER_COLUMN` of its own). Returns by what a
    later run knows that it is still the same file. Raises `DataRefused` for repeated column names and for
    what is no Parquet.
    """
    literal = file_literal(file.path)
    select = parquet_select(connection, file, with_row_numbers=True)
    if left_out:
        select = f"select * from ({select}) where {ROW_NUMBER_COLUMN} not in ({left_out})"
    size, modified_at = connection.execute(
        f"select size, epoch_us(last_modified) from read_blob({literal})"
    ).fetchone() or (0, 0)
    connection.execute(f"create or replace view {target} as {select}")
    return FileState(str(file.path.resolve()), size, modified_at)


def parquet_select(
    connection: "duckdb.DuckDBPyConnection", file: DeliveredFile, *, with_row_numbers: bool = False
) -> str:
    """A select over a Parquet file with its column names trimmed and in lower case.

    `with_row_numbers` adds the number of each row in the file as `ROW_NUMBER_COLUMN`.
    """
    import duckdb

    if file.path.stat().st_size == 0:
        raise DataRefused(f"{file.path.name} is empty (0 bytes); expected a Parquet file.")
    relation = f"read_parquet({file_literal(file.path)}, hive_partitioning = false)"
    try:
        rows = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise DataRefused(
            f"{file.path.name} cannot be read as Parquet: {first_sentence(str(error)).split(': ', 1)[-1]}."
        ) from error
    originals = [row[0] for row in rows]
    names = _unique_names(file, originals)
    columns = ", ".join(
        f"{quoted_name(original)} as {quoted_name(name)}"
        for original, name in zip(originals, names, strict=True)
    )
    if with_row_numbers and ROW_NUMBER_COLUMN not in names:
        numbered = relation.removesuffix(")") + f", {ROW_NUMBER_COLUMN} = true)"
        return f"select {columns}, {ROW_NUMBER_COLUMN} from {numbered}"
    return f"select {columns} from {relation}"


def read_header(file: DeliveredFile, known_columns: Collection[str] = ()) -> CsvHeader:
    """Decide delimiter and column names of a CSV file from its header line.

    The delimiter is the one that finds most of `known_columns`, then the one that gives most columns.
    """
    with file.path.open("rb") as stream:
        start = stream.read(HEADER_BYTES)
    if not start:
        raise DataRefused(f"{file.path.name} is empty (0 bytes); expected a header with the column names.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataRefused(f"{file.path.name} is saved as UTF-16; expected UTF-8.")
    text = start.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    body = text.lstrip()
    record = _first_record(body)
    if not record:
        raise DataRefused(f"{file.path.name} has no header; expected a first line with the column names.")
    if "\ufffd" in record:
        raise DataRefused(f"The header of {file.path.name} is not UTF-8; save the file as UTF-8.")
    candidates = []
    for position, delimiter in enumerate(DELIMITERS):
        cells = next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter))
        names = tuple(cell.strip().lower() for cell in cells)
        candidates.append((len(set(names) & set(known_columns)), len(names), -position, delimiter, names))
    *_, delimiter, names = max(candidates)
    blank_lines = text[: len(text) - len(body)].count("\n")
    return CsvHeader(delimiter, _unique_names(file, names), blank_lines)


def _create_from_csv(
    connection: "duckdb.DuckDBPyConnection",
    file: DeliveredFile,
    header: CsvHeader,
    target: str,
    path: Path,
) -> list[MalformedLine]:
    import duckdb

    columns = ", ".join(f"{quoted_text(name)}: 'VARCHAR'" for name in header.names)
    connection.execute("drop table if exists temp.csv_rejects")
    connection.execute("drop table if exists temp.csv_reject_scans")
    try:
        connection.execute(
            f"""
            create or replace table {target} as
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
            f"{file.path.name} cannot be read as CSV: {first_sentence(str(error)).split(': ', 1)[-1]}."
        ) from error
    rejects = connection.execute(
        """
        select line, min_by(cast(error_type as varchar), column_idx), min_by(error_message, column_idx)
        from temp.csv_rejects
        group by line, line_byte_position
        order by line, line_byte_position
        """
    ).fetchall()
    return [MalformedLine(line, _reason(kind, message)) for line, kind, message in rejects]


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces that never part a carriage return from its line feed."""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            while chunk.endswith(b"\r") and (following := stream.read(1)):
                chunk += following
            yield chunk


def _has_one_line_end(path: Path) -> bool:
    """Whether only line feeds, only carriage returns, or only both together end lines.

    The engine guesses the kind from the first line; in a file of several kinds it then loses lines unseen.
    """
    feeds = returns = pairs = 0
    for chunk in _chunks(path):
        feeds += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        pairs += chunk.count(b"\r\n")
    return (feeds, returns) in ((feeds, 0), (0, returns), (pairs, pairs))


def _copy_with_one_line_end(path: Path, copy: Path) -> None:
    """Copy a file with line feeds as the only line ends; a carriage return inside a line becomes a blank."""
    with copy.open("wb") as stream:
        for chunk in _chunks(path):
            stream.write(chunk.replace(b"\r\n", b"\n").replace(b"\r", b" "))


def _reason(kind: str, message: str) -> str:
    """Why a line is no row, without showing what stands in it."""
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if columns:
        return f"it has {columns[2]} columns where the header has {columns[1]}"
    return {
        "UNQUOTED VALUE": "a quote is opened and not closed as it should be",
        "INVALID ENCODING": "it is not UTF-8",
        "LINE SIZE OVER MAXIMUM": f"it is longer than {MAXIMUM_LINE_BYTES:,} bytes",
    }.get(kind, first_sentence(message))


def _first_record(text: str) -> str:
    """The text up to the first line end outside quotes."""
    is_quoted = False
    for position, letter in enumerate(text):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == "\n" and not is_quoted:
            return text[:position]
    return text


def _unique_names(file: DeliveredFile, names: Sequence[str]) -> tuple[str, ...]:
    """Names trimmed and in lower case, a blank one named after its position; none may stand twice."""
    unique: list[str] = []
    for position, name in enumerate(names, start=1):
        clean = name.strip().lower() or f"unnamed_{position}"
        if clean in unique:
            raise DataRefused(f"{file.path.name} has the column '{clean}' twice; expected each name once.")
        unique.append(clean)
    return tuple(unique)
