"""Deliveries that went wrong on their way: a small sound one, with one thing broken in one of its files.

`malformed_deliveries(2_000, seed=1)` makes them, in turn of each kind and the same for the same seed; `judged` puts
one through `load` and says what came of it.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import yaml

from customer_segmentation.errors import SegmentationError
from customer_segmentation.loading import load_folder
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT

CUSTOMERS, ORDERS = 40, 90
KEPT = "select table_name, rows_read, malformed_lines_count, content_sha256 from raw.loaded_tables order by 1"
# what an engine, Python or dbt say of themselves
ENGINE_WORDS = re.compile(
    r"\b\w+ ?Error\b|Exception|Traceback|duckdb|DuckDB|Binder|read_csv|read_parquet|SELECT |LINE \d+:|\bNone\b|"
    r"Thrift|Snappy|0x[0-9a-f]|Candidate|rejects|Possible"
)

Fault = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True)
class Delivery:
    """The files of a folder by name, and what was broken."""

    kind: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Verdict:
    """What `load` did: 0 read or 1 refused is right; `wrong` says what is not, and is empty else."""

    exit_code: int
    sentences: tuple[str, ...]
    wrong: str = ""


def sound_files() -> dict[str, bytes]:
    """Customers and orders as CSV, with quotes, line ends inside of quotes and empty cells."""
    customers = ["customer_id,customer_name,customer_type,country_code,created_at"]
    for number in range(CUSTOMERS):
        name = ['"Meyer, Ann"', "Bob", '"said ""hello"""', "Zoë", '"two\nlines"'][number % 5]
        customers.append(
            f"C{number:03},{name},{'person' if number % 3 else ''},DE,2025-{1 + number % 12:02}-10"
        )
    orders = ["order_id,customer_id,ordered_at,net_amount,currency_code,status"]
    for number in range(ORDERS):
        day = f"2026-{1 + number % 6:02}-{1 + number % 28:02} {number % 24:02}:30:00"
        orders.append(
            f"O{number:04},C{number % CUSTOMERS:03},{day},{number % 50}.{number % 90 + 10},EUR,paid"
        )
    return {f"{name}.csv": ("\n".join(lines) + "\n").encode() for name, lines in
            (("customers", customers), ("orders", orders))}  # fmt: skip


@cache
def sound_parquet() -> dict[str, bytes]:
    """The same orders as Parquet files, with the compressions that writers use."""
    made = {}
    with duckdb.connect() as connection:
        for compression in ("snappy", "zstd", "uncompressed"):
            path = Path(f"orders.{compression}.parquet")
            rows = connection.sql(
                f"select 'O' || i as order_id, 'C' || lpad(cast(i % {CUSTOMERS} as varchar), 3, '0') as customer_id, "
                "timestamp '2026-01-05' + to_hours(cast(i as integer)) as ordered_at, "
                f"cast(i % 97 as decimal(18, 4)) as net_amount, 'paid' as status from range({ORDERS}) as numbers(i)"
            )
            made[compression] = _as_parquet(rows, compression, path)
    return made


def _as_parquet(rows: duckdb.DuckDBPyRelation, compression: str, path: Path) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / path.name
        rows.write_parquet(str(target), compression=compression)
        return target.read_bytes()


# what goes wrong with text


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def _at(source: random.Random, content: bytes, *, after_header: bool = True) -> int:
    return source.randrange(content.index(b"\n") + 1 if after_header else 0, len(content))


def bytes_flipped(source: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(source.choice([1, 3, 20])):
        changed[source.randrange(len(changed))] ^= 1 << source.randrange(8)
    return bytes(changed)


def cut_off(source: random.Random, content: bytes) -> bytes:
    return content[: source.randrange(len(content))]


def lines_cut(source: random.Random, content: bytes) -> bytes:
    lines = _lines(content)
    for _ in range(source.choice([1, 5, 40])):
        number = source.randrange(1, len(lines))
        lines[number] = lines[number][: source.randrange(len(lines[number]) + 1)]
    return b"".join(lines)


def quotes_opened(source: random.Random, content: bytes) -> bytes:
    for _ in range(source.choice([1, 1, 2, 5])):
        place = _at(source, content)
        if source.random() < 0.7:  # at the beginning of a value, where it counts
            place = content.rfind(b",", 0, place) + 1 or place
        content = content[:place] + b'"' + content[place:]
    return content


def delimiter_changed(source: random.Random, content: bytes) -> bytes:
    place = _at(source, content)
    return content[:place] + content[place:].replace(b",", source.choice([b";", b"\t", b"|", b" "]))


def other_encoding(source: random.Random, content: bytes) -> bytes:
    name = source.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp037", "utf-7", "cp437"])
    return content.decode().encode(name, errors="replace")


def encodings_mixed(source: random.Random, content: bytes) -> bytes:
    lines = _lines(content)
    for _ in range(source.choice([1, 4])):
        number = source.randrange(len(lines))
        lines[number] = (
            lines[number].rstrip(b"\n") + source.choice([b"\xe9\xff", b"\xc3", b"\xed\xa0\x80"]) + b"\n"
        )
    return b"".join(lines)


def column_missing(source: random.Random, content: bytes) -> bytes:
    number = source.randrange(4)
    only_header = source.random() < 0.4
    lines = []
    for position, line in enumerate(_lines(content)):
        cells = line.rstrip(b"\n").split(b",")
        if not only_header or position == 0:
            del cells[number : number + 1]
        lines.append(b",".join(cells) + b"\n")
    return b"".join(lines)


def huge_cell(source: random.Random, content: bytes) -> bytes:
    size = source.choice([70_000, 140_000, 1_100_000, 9_000_000, 17_000_000])
    place = content.rfind(b",", 0, _at(source, content, after_header=source.random() < 0.8)) + 1
    letters = source.choice([b"x", b"9", b" ", b'""', b","])
    return content[:place] + letters * (size // len(letters)) + content[place:]


def header_repeated(source: random.Random, content: bytes) -> bytes:
    lines = _lines(content)
    for _ in range(source.choice([1, 3])):
        lines.insert(source.randrange(1, len(lines)), lines[0])
    return b"".join(lines)


def lines_empty(source: random.Random, content: bytes) -> bytes:
    lines = _lines(content)
    for _ in range(source.choice([1, 10])):
        lines.insert(
            source.randrange(len(lines)), source.choice([b"\n", b"\n\n\n", b"   \n", b"\t\n", b",,,\n"])
        )
    return b"".join(lines)


def control_letters(source: random.Random, content: bytes) -> bytes:
    for _ in range(source.choice([1, 5])):
        place = _at(source, content, after_header=source.random() < 0.8)
        content = (
            content[:place] + bytes([source.choice([0, 1, 7, 8, 11, 12, 26, 27, 127])]) + content[place:]
        )
    return content


def returns_only(source: random.Random, content: bytes) -> bytes:
    return content.replace(b"\n", source.choice([b"\r", b"\r\n", b"\n\r", b"\r\r\n"]))


def line_ends_mixed(source: random.Random, content: bytes) -> bytes:
    ends = [b"\n", b"\r\n", b"\r"]
    return b"".join(line.rstrip(b"\n") + source.choice(ends) for line in _lines(content))


def formulas(source: random.Random, content: bytes) -> bytes:
    values = [b"#REF!", b"=1+1", b"#N/A", b"1.23E+11", b"########", b'=HYPERLINK("x")', b"'007", b"@SUM(A1)"]
    lines = _lines(content)
    for _ in range(source.choice([1, 5, 60])):
        number = source.randrange(1, len(lines))
        cells = lines[number].rstrip(b"\n").split(b",")
        cells[source.randrange(len(cells))] = source.choice(values)
        lines[number] = b",".join(cells) + b"\n"
    return b"".join(lines)


def odd_values(source: random.Random, content: bytes) -> bytes:
    values = [
        b"0001-01-01", b"9999-12-31 23:59:59", b"290000-01-01", b"infinity", b"2026-07-01 10:00:00 Europe/Berlin",
        b"2026-07-01 10:00:00 Mars/Olympus", b"NaN", b"1e999", b"-0", b"99999999999999999999999999", b"EURO",
        "€".encode(), b"1", b"31/02/2026", b"24:00", b"10000000000000000 mrd", "\uff11\uff12".encode(), b"&H1F",
    ]  # fmt: skip
    lines = _lines(content)
    for _ in range(source.choice([1, 5])):
        number = source.randrange(1, len(lines))
        cells = lines[number].rstrip(b"\n").split(b",")
        cells[source.randrange(len(cells))] = source.choice(values)
        lines[number] = b",".join(cells) + b"\n"
    return b"".join(lines)


def not_text(source: random.Random, content: bytes) -> bytes:
    import gzip
    import io
    import zipfile

    kind = source.choice(["gzip", "zip", "png", "noise", "zeros", "parquet"])
    if kind == "gzip":
        return gzip.compress(content)
    if kind == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("xl/workbook.xml", content)
        return packed.getvalue()
    if kind == "parquet":
        return sound_parquet()["snappy"]
    start = b"\x89PNG\r\n\x1a\n" if kind == "png" else b""
    return start + (bytes(500) if kind == "zeros" else source.randbytes(source.randrange(1, 5_000)))


def header_broken(source: random.Random, content: bytes) -> bytes:
    header, rest = content.split(b"\n", 1)
    broken = source.choice(
        [
            b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf" + header, header.replace(b",", b";"), header.upper(), b'"' + header,
            header + b"," + header, header.replace(b"_", b" "), header[: len(header) // 2], b",".join([b""] * 5),
            header + b',"x', b",".join(b"c%d" % number for number in range(30_000)), header + b"," + b"n" * 140_000,
        ]
    )  # fmt: skip
    return broken if source.random() < 0.2 else broken + b"\n" + rest


TEXT_FAULTS: tuple[Fault, ...] = (
    bytes_flipped, cut_off, lines_cut, quotes_opened, delimiter_changed, other_encoding, encodings_mixed,
    column_missing, huge_cell, header_repeated, lines_empty, control_letters, returns_only, line_ends_mixed,
    formulas, odd_values, not_text, header_broken,
)  # fmt: skip


# what goes wrong with Parquet


def parquet_cut(source: random.Random, content: bytes) -> bytes:
    start = source.randrange(len(content))
    stop = source.choice([len(content), min(len(content), start + source.randrange(1, 200))])
    return content[:start] + content[stop:]


def parquet_flipped(source: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(source.choice([1, 1, 5, 50])):
        changed[source.randrange(4, len(changed))] ^= 1 << source.randrange(8)
    return bytes(changed)


def parquet_typed_oddly(source: random.Random, content: bytes) -> bytes:
    values = {
        "order_id": ["'O' || i", "i", "[i]", "{'a': i}", "i + 0.5", "cast('O' || i as blob)", "'\\xFF'::blob", "uuid()"],
        "customer_id": ["'C001'", "null", "map {'a': 'b'}", "1", "true"],
        "ordered_at": [
            "timestamp '2026-01-05'", "date '2026-01-05'", "timestamptz '2026-01-05 10:00:00+02'", "'2026-01-05'",
            "timestamp '0001-01-01'", "timestamp '290000-01-01'", "timestamp 'infinity'", "[timestamp '2026-01-05']",
            "timestamp_ns '2026-01-05'", "time '10:00:00'", "1767225600", "1767225600000.5", "46081", "interval 1 day",
        ],
        "net_amount": ["12.5", "'nan'::double", "'inf'::double", "1e300", "[1]", "'12,50'", "true", "'x'::blob",
                       "170141183460469231731687303715884105727::hugeint", "cast(i as utinyint)"],
    }  # fmt: skip
    columns = [f"{source.choice(kinds)} as {name}" for name, kinds in values.items()]
    with duckdb.connect() as connection:
        rows = connection.sql(f"select {', '.join(columns)} from range(60) as numbers(i)")
        return _as_parquet(rows, "snappy", Path("orders.parquet"))


def parquet_is_text(source: random.Random, content: bytes) -> bytes:
    return source.choice(
        [b"", b"PAR1", b"PAR1PAR1", b"order_id,customer_id\n1,2\n", b"PAR1" + bytes(50) + b"PAR1"]
    )


PARQUET_FAULTS: tuple[Fault, ...] = (parquet_cut, parquet_flipped, parquet_typed_oddly, parquet_is_text)


def malformed_deliveries(count: int, seed: int) -> Iterator[Delivery]:
    """So many deliveries, of each kind in turn; the same for the same seed."""
    sound = sound_files()
    for number in range(count):
        source = random.Random(f"{seed} {number}")
        fault = (*TEXT_FAULTS, *PARQUET_FAULTS)[number % (len(TEXT_FAULTS) + len(PARQUET_FAULTS))]
        if fault in PARQUET_FAULTS:
            content = sound_parquet()[source.choice(["snappy", "zstd", "uncompressed"])]
            files = {"customers.csv": sound["customers.csv"], "orders.parquet": fault(source, content)}
        else:
            name = source.choice(list(sound))
            files = {**sound, name: fault(source, sound[name])}
        yield Delivery(fault.__name__, files)


def small_project(folder: Path) -> Path:
    """A project of the contract of customers and orders and the settings: reading all of it takes longer than a load."""
    tables = []
    for path in sorted((ROOT / "models/staging").glob("_staging__contract_*.yml")):
        for source in yaml.safe_load(path.read_text())["sources"]:
            for table in source["tables"]:
                if table["name"] in ("customers", "orders"):
                    columns = [
                        {key: column[key] for key in ("name", "data_type", "config") if key in column}
                        for column in table["columns"]
                    ]
                    tables.append({"name": table["name"], "columns": columns})
    (folder / "models/staging").mkdir(parents=True)
    contract = yaml.safe_dump({"sources": [{"name": "raw", "tables": tables}]})
    (folder / "models/staging/_staging__contract_all.yml").write_text(contract)
    (folder / "seeds").mkdir()
    shutil.copy(ROOT / "seeds/rules/settings.csv", folder / "seeds/settings.csv")
    return folder


def judged(delivery: Delivery, folder: Path, warehouse: Warehouse, project: Path) -> Verdict:
    """Load a delivery from `folder`, which it fills anew, and hold what is loaded against what was said.

    Right is: read, with every row in its table or among the findings; or refused with sentences of our own, and
    what was loaded before still there.
    """
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in delivery.files.items():
        (folder / name).write_bytes(content)
    before = _state(warehouse)
    try:
        report = load_folder(folder, warehouse, project)
    except SegmentationError as error:
        return Verdict(error.exit_code, error.sentences, _wrong_in_refusal(error, before, _state(warehouse)))
    except Exception as error:  # whatever it is, nobody expected it
        return Verdict(3, (), f"{type(error).__name__}: {error}")
    notices = tuple(report.notices)
    for sentence in notices:
        if ENGINE_WORDS.search(sentence):
            return Verdict(0, notices, f"an engine's words: {sentence}")
    with duckdb.connect(str(warehouse.build_file), read_only=True) as connection:
        for table in report.tables:
            rows = connection.execute(
                f"select count(*), count(columns(*)) from raw.{table.table_name}"
            ).fetchone()
            (lines,) = connection.execute(
                "select count(*) from raw.loader_findings where line_number is not null and input_table = ?",
                [table.table_name],
            ).fetchone() or (0,)
            if rows is None or table.rows_read != rows[0] + lines or lines != table.malformed_lines_count:
                return Verdict(0, notices, f"{table} and {rows}, {lines} findings")
            connection.execute(f"select * from raw.{table.table_name}").fetchall()
    return Verdict(0, notices)


def _state(warehouse: Warehouse) -> list[tuple]:
    if not warehouse.build_file.exists():
        return []
    with duckdb.connect(str(warehouse.build_file), read_only=True) as connection:
        tables = connection.execute(KEPT).fetchall()
        # a Parquet file is read where it lies, and here it is the next one
        kept = [
            connection.execute(f"select bit_xor(hash(kept)), count(*) from raw.{table} as kept").fetchone()
            for (table,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'raw' and table_name not in ('load_record')"
            ).fetchall()
        ]
        return [*tables, *kept]


def _wrong_in_refusal(error: SegmentationError, before: list[tuple], after: list[tuple]) -> str:
    if error.exit_code != 1:
        return f"exit {error.exit_code}: {error}"
    if before != after:
        return f"what was loaded before has changed: {error}"
    for sentence in error.sentences:
        if "\n" in sentence or not sentence.endswith("."):
            return f"no sentence: {sentence!r}"
        if ENGINE_WORDS.search(sentence):
            return f"an engine's words: {sentence}"
    return ""
