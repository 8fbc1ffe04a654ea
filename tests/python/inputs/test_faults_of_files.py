"""Files that are not what they should be: no line is lost, every mistake is a sentence, what was loaded stays."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inputs.malformed import ENGINE_WORDS, judged, malformed_deliveries, small_project, sound_files

from customer_segmentation.errors import DataRefused, WrongCall
from customer_segmentation.loading import load_folder
from customer_segmentation.loading.folder import DeliveredFile
from customer_segmentation.loading.load import LoadReport
from customer_segmentation.loading.reading import REASONS, create_table
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT

CUSTOMERS = b"customer_id,customer_name,country_code\nA,Ann,DE\nB,Bob,DE\n"
ORDER_HEADER = b"order_id,customer_id,ordered_at,net_amount\n"
ORDERS = ORDER_HEADER + b"1,A,2026-01-05,12.50\n2,B,2026-02-01,7\n"
FEW_EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass
class Delivery:
    """A folder to deliver files in, and what `load` makes of it."""

    folder: Path
    warehouse: Warehouse
    project: Path

    def put(self, files: dict[str, bytes | str | None]) -> None:
        """Write bytes, or the rows of a SELECT as Parquet; `None` removes a file."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                duckdb.sql(content).write_parquet(str(path))

    def load(self) -> LoadReport:
        return load_folder(self.folder, self.warehouse, self.project)

    def refusal(self) -> str:
        with pytest.raises(DataRefused) as refused:
            self.load()
        message = str(refused.value)
        assert ENGINE_WORDS.search(message) is None, message
        return message

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse.build_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def delivery(tmp_path: Path) -> Delivery:
    (tmp_path / "input").mkdir()
    (tmp_path / "warehouse").mkdir()
    made = Delivery(
        tmp_path / "input", Warehouse(tmp_path / "warehouse"), small_project(tmp_path / "project")
    )
    made.put({"customers.csv": CUSTOMERS, "orders.csv": ORDERS})
    return made


# reasons


def test_every_kind_of_line_that_the_engine_rejects_has_words_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1\n")
    with duckdb.connect() as connection:
        create_table(connection, DeliveredFile("a", tmp_path / "a.csv", "csv"), "a", scratch_folder=tmp_path)
        (kinds,) = connection.execute("select enum_range(error_type) from temp.csv_rejects").fetchone() or (
            [],
        )
    assert set(kinds) == set(REASONS)


def test_the_seed_of_rejection_rules_and_those_that_are_given_are_the_same() -> None:
    with (ROOT / "seeds/rules/rejection_rules.csv").open() as file:
        seed = {row["rule_id"] for row in csv.DictReader(file)}
    loader = (ROOT / "customer_segmentation/loading/load.py").read_text()
    given = set(re.findall(r"'(\w+)' as rule_id", loader))
    for model in (ROOT / "models/staging").glob("stg_*.sql"):
        for rules in re.findall(r"rules=\{(.*?)\},?\n", model.read_text(), re.DOTALL):
            given |= set(re.findall(r"(?m)(?:^ *|\A)'(\w+)':", rules))
    for rules in re.findall(r"'rules': \{([^}]*)\}", (ROOT / "macros/input/input_rules.sql").read_text()):
        given |= set(re.findall(r"'(\w+)':", rules))
    for macro in (
        "input/read_problems",
        "staging/checked_rows",
        "accept/judged_rows",
        "accept/judged_customers",
    ):
        given |= set(re.findall(r"(?:then|else) '([a-z_]+)'", (ROOT / f"macros/{macro}.sql").read_text()))
    assert given == seed


# lines


@given(
    lines=st.lists(
        st.sampled_from(
            [
                '{t},a,b', '{t},"a",b', '{t},"a,b",c', '{t},"a ""q"" b",c', '{t},"a', '{t},a",b', 'x{t}",b', '{t},"a"b,c',
                '{t}', '{t},a,b,c', '{t},a"b"c,d', '"{t}","",""', '{t},"","', '{t}, "a" ,b', '{t},"a"b", c', '{t}é,"a,b',
            ]
        ),
        min_size=1,
        max_size=40,
    ),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    blank=st.integers(0, 3),
    is_ended=st.booleans(),
)  # fmt: skip
@FEW_EXAMPLES
def test_each_line_is_in_one_row_or_malformed_and_never_both(
    tmp_path: Path, lines: list[str], end: str, blank: int, is_ended: bool
) -> None:
    marks = [f"L{number:04}" for number in range(len(lines))]
    written = [line.format(t=mark) for line, mark in zip(lines, marks, strict=True)]
    text = end * (blank % 2) + "first,second,third" + end + (end * (1 + blank)).join(written) + end * is_ended
    path = tmp_path / "lines.csv"
    path.write_bytes(text.encode())
    with duckdb.connect() as connection:
        malformed = create_table(
            connection, DeliveredFile("lines", path, "csv"), "lines", scratch_folder=tmp_path
        )
        values = connection.execute("select concat_ws('|', first, second, third) from lines").fetchall()
    found = Counter(mark for (value,) in values for mark in re.findall(r"L\d{4}", value))
    all_lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbers: set[int] = set()
    for line in malformed:
        spread = re.match(r"lines (\d+) to (\d+) are one", line.reason)
        numbers |= set(range(int(spread[1]), int(spread[2]) + 1)) if spread else {line.line_number}
    assert {line.line_number for line in malformed} <= numbers
    for number in numbers:
        found.update(re.findall(r"L\d{4}", all_lines[number - 1]))
    assert found == Counter(marks)


def test_a_quote_that_is_not_closed_refuses_the_file_and_says_where_it_opens(delivery: Delivery) -> None:
    delivery.load()
    rows = [b"%d,A,2026-01-05,1\n" % number for number in range(500)]
    rows[99] = b'99,"A,2026-01-05,1\n'
    delivery.put({"orders.csv": ORDER_HEADER + b"".join(rows)})
    assert delivery.refusal() == (
        "In orders.csv a quote is opened in line 101 and not closed as it should be, which makes one line of lines "
        "101 to 501: 400 of 501 lines would be lost; close it, or write it twice if it is part of the value."
    )
    assert delivery.rows("select count(*) from raw.orders") == [(2,)]


def test_few_lines_that_a_quote_swallows_are_set_aside_each_with_its_range(delivery: Delivery) -> None:
    rows = [b'%d,A,2026-01-05,"1"\n' % number for number in range(500)]
    rows[99] = b'99,"A,2026-01-05,1\n'
    delivery.put({"orders.csv": ORDER_HEADER + b"".join(rows)})
    report = delivery.load()
    reason = "lines 101 to 102 are one: in line 101 a quote is opened and not closed as it should be"
    assert delivery.rows("select line_number, reason from raw.malformed_lines order by 1") == [
        (101, reason), (102, reason),
    ]  # fmt: skip
    assert [table.rows_read for table in report.tables] == [2, 500]
    assert delivery.rows("select count(*) from raw.orders") == [(498,)]


def test_a_quote_is_found_beyond_the_pieces_in_which_the_engine_reads(delivery: Delivery) -> None:
    """The engine accepts what follows the piece, says one line, and drops hundreds of thousands."""
    row = b"%d,A,2026-01-05,1," + b"x" * 150 + b"\n"
    rows = [row % number for number in range(500_000)]
    rows[1] = b'1,"A,2026-01-05,1,x\n'
    delivery.put({"orders.csv": ORDER_HEADER.replace(b"\n", b",note\n") + b"".join(rows)})
    assert "lines 3 to 500,001: 499,998 of 500,001 lines would be lost" in delivery.refusal()


def test_rows_inside_of_a_value_are_no_text(delivery: Delivery) -> None:
    """Two quotes are missing: what lies between them reads like one long value."""
    rows = [b"%d,A,2026-01-05,1\n" % number for number in range(300)]
    rows[50], rows[90] = b'50,"A,2026-01-05,1\n', b'90,A",2026-01-05,1\n'
    delivery.put({"orders.csv": ORDER_HEADER + b"".join(rows)})
    assert "is opened in line 52" in delivery.refusal()


def test_text_of_many_lines_stays_a_value(delivery: Delivery) -> None:
    note = "Dear all,\n\n- first, second\n- third\n\nBest, Ann"
    delivery.put({"customers.csv": CUSTOMERS + f'C,"{note}",DE\nD\n'.encode()})
    delivery.load()
    assert delivery.rows("select customer_name from raw.customers where customer_id = 'C'") == [(note,)]
    assert delivery.rows("select line_number from raw.malformed_lines") == [(10,)]


def test_a_rejected_record_of_many_lines_says_which(delivery: Delivery) -> None:
    delivery.put({"customers.csv": CUSTOMERS + b'C,"two\nlines"\nD,"a\nb\nc",DE,x\n'})
    delivery.load()
    assert delivery.rows("select line_number, reason from raw.malformed_lines order by 1") == [
        (4, "lines 4 to 5 are one: it has 2 columns where the header has 3"),
        (6, "lines 6 to 8 are one: it has 4 columns where the header has 3"),
    ]


def test_a_line_of_very_many_values_is_one_malformed_line(delivery: Delivery) -> None:
    """The engine notes each value too many with the line around it: a megabyte of commas takes hours."""
    many, text = b"," * 100_000, b'{"a": [' + b"1, " * 20_000 + b"1]}"
    text = text.replace(b'"', b'""')
    delivery.put(
        {
            "customers.csv": CUSTOMERS
            + b"C" + many + b"\n"
            + b'D,"' + text + b'",DE\n'
            + b'E,"two\n' + text + b'\nlines",DE\n'
        }
    )  # fmt: skip
    delivery.load()
    assert delivery.rows("select line_number, reason from raw.malformed_lines") == [
        (4, "it has 100,001 columns where the header has 3")
    ]
    kept = delivery.rows("select customer_id, length(customer_name) > 60000 from raw.customers order by 1")
    assert kept == [("A", False), ("B", False), ("D", True), ("E", True)]


# files that are no text, or too long


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "orders.csv is no text but an image;"),
        (b"PK\x03\x04\x14\x00", "orders.csv is no text but a spreadsheet or a zip archive;"),
        (b"\x1f\x8b\x08\x00abc", "orders.csv is no text but packed (gzip);"),
        (b"PAR1\x15\x04", "orders.csv is no text but a Parquet file;"),
        (ORDERS.decode().encode("utf-16"), "orders.csv is saved as UTF-16; expected UTF-8."),
        (ORDERS.decode().encode("utf-16-le"), "The first line of orders.csv holds letters that no text has"),
        (b"\xef\xbb\xbf", "orders.csv has no header"),
        (b"\xef\xbb\xbf" + ORDER_HEADER, "orders.csv has the columns but no rows;"),
        (b",".join(b"c%d" % number for number in range(40_000)) + b"\n1\n", "does not end within 131,072 letters"),
        (b"order_id," + b"n" * 140_000 + b"\n1,2\n", "does not end within 131,072 letters"),
        (b'order_id,"customer_id\n' + ORDERS, "a quote that is opened there to be closed there"),
        (ORDERS + b"3," + b"x" * 17_000_000 + b",2026-01-05,1\n", "Line 4 of orders.csv is longer than 16,000,000 bytes"),
        (ORDERS + b'3,"' + b"x\n" * 9_000_000 + b'",2026-01-05,1\n', "begins a row that is; shorten it"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence_and_the_others_are_checked(
    delivery: Delivery, content: bytes, sentence: str
) -> None:
    delivery.load()
    delivery.put({"orders.csv": content, "customers.csv": b"customer,customer_name\nA,Ann\n"})
    message = delivery.refusal()
    assert sentence in message
    assert "customers.csv has no column 'customer_id'" in message
    assert delivery.rows("select count(*) from raw.orders") == [(2,)]


def test_nul_bytes_in_values_stay_where_they_are(delivery: Delivery) -> None:
    delivery.put({"customers.csv": CUSTOMERS + b"C,a\x00b,DE\n"})
    delivery.load()
    assert delivery.rows("select customer_name from raw.customers where customer_id = 'C'") == [("a\x00b",)]


def test_a_first_column_without_a_name_keeps_the_others_in_their_place(delivery: Delivery) -> None:
    delivery.put({"customers.csv": b"\tcustomer_id\tcountry_code\n0\tA\tDE\n1\tB\tFR\n"})
    delivery.load()
    assert delivery.rows("select customer_id, country_code from raw.customers") == [("A", "DE"), ("B", "FR")]


# Parquet

MANY_ORDERS = (
    "select 'O' || i as order_id, 'A' as customer_id, timestamp '2026-01-05' + to_hours(cast(i as integer)) as ordered_at, "
    "cast(i % 97 as decimal(18, 4)) as net_amount, md5(cast(i as varchar)) as status from range(3000) as numbers(i)"
)


@pytest.mark.parametrize("damage", ["cut", "hole", "flip"])
def test_a_damaged_page_is_found_before_the_build(delivery: Delivery, damage: str) -> None:
    """Of a column, too, that the loader itself does not look at."""
    delivery.load()
    delivery.put({"orders.csv": None, "orders.parquet": MANY_ORDERS})
    path = delivery.folder / "orders.parquet"
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(
        {
            "cut": content[:middle],
            "hole": content[:middle] + content[middle + 40 :],
            "flip": content[:middle] + bytes(200) + content[middle + 200 :],
        }[damage]
    )
    assert delivery.refusal() == (
        "orders.parquet cannot be read as Parquet: it is no such file, cut off or damaged; write it again."
    )
    assert delivery.rows("select count(*) from raw.orders") == [(2,)]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("net_amount", "[1.5, 2]", "holds lists or records"),
        ("customer_id", "{'id': 'A'}", "holds lists or records"),
        ("ordered_at", "[timestamp '2026-01-05']", "holds lists or records"),
        ("order_id", "map {'id': 'A'}", "holds lists or records"),
        ("order_id", "'\\xFF\\xFE'::blob", "holds bytes that are no text (UTF-8) in 3 rows"),
    ],
)
def test_values_that_are_no_single_ones_are_refused(
    delivery: Delivery, column: str, value: str, words: str
) -> None:
    values = {
        "order_id": "'O' || i",
        "customer_id": "'A'",
        "ordered_at": "date '2026-01-05'",
        "net_amount": "1",
    }
    select = ", ".join(f"{expression} as {name}" for name, expression in {**values, column: value}.items())
    delivery.put({"orders.csv": None, "orders.parquet": f"select {select} from range(3) as numbers(i)"})
    message = delivery.refusal()
    assert f"The column '{column}' of orders.parquet {words}" in message


def test_text_that_a_writer_left_as_bytes_is_text(delivery: Delivery) -> None:
    delivery.put(
        {
            "orders.csv": None,
            "orders.parquet": "select encode('Ö1') as order_id, 'A' as customer_id, date '2026-01-05' as ordered_at",
        }
    )
    delivery.load()
    assert delivery.rows("select order_id from raw.orders") == [("Ö1",)]


# folders of part files

PART = "select 'O' || i as order_id, 'A' as customer_id, date '2026-01-05' as ordered_at from range({}, {}) as numbers(i)"


def test_a_folder_of_parquet_parts_as_spark_writes_it_is_one_table(delivery: Delivery) -> None:
    name = "orders.parquet/part-{:05}-x.c000.snappy.parquet"
    delivery.put(
        {"orders.csv": None, "orders.parquet/_SUCCESS": b"", "orders.parquet/.part-00000-x.crc": b"crc"}
    )
    delivery.put({name.format(part): PART.format(10 * part, 10 * part + 10) for part in range(3)})
    report = delivery.load()
    assert [(table.file_name, table.rows_read) for table in report.tables] == [
        ("customers.csv", 2), ("orders.parquet", 30),
    ]  # fmt: skip
    # a row's place decides between versions of it, so no two rows may have the same
    assert delivery.rows("select order_id from raw.orders order by file_row_number") == [
        (f"O{number}",) for number in range(30)
    ]
    assert delivery.rows("select count(distinct file_row_number) from raw.orders") == [(30,)]
    assert delivery.rows("select count(*) from raw.delivered_files where table_name = 'orders'") == [(3,)]
    before = report.input_fingerprint
    delivery.put({name.format(1): PART.format(10, 19)})
    assert delivery.load().input_fingerprint != before


def test_a_folder_of_csv_parts_is_one_table_and_malformed_lines_name_their_part(delivery: Delivery) -> None:
    delivery.put(
        {
            "orders.csv": None,
            "orders/part-0.csv": ORDERS,
            "orders/part-1.csv": ORDER_HEADER + b"3,A,2026-01-05,1\n4\n",
            "orders/part-2.csv": b"",
        }
    )
    report = delivery.load()
    assert delivery.rows("select order_id from raw.orders order by rowid") == [("1",), ("2",), ("3",)]
    assert delivery.rows("select line_number, reason from raw.malformed_lines") == [
        (3, "it has 1 columns where the header has 4, in orders/part-1.csv")
    ]
    assert report.tables[1].rows_read == 4


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"orders/day=2026-01-05/a.parquet": PART.format(0, 1)}, "The folder orders holds the folder 'day=2026-01-05';"),
        ({"orders/a.parquet": PART.format(0, 1), "orders/b.csv": ORDERS}, "The folder orders holds both CSV and Parquet files;"),
        ({"orders/_SUCCESS": b""}, "The folder orders holds no CSV or Parquet files;"),
        ({"orders/000000_0": b"x"}, "The folder orders holds the file '000000_0', which is neither CSV nor Parquet;"),
        ({"orders/a.csv": ORDERS, "orders/b.csv": b"5,A,2026-01-05,1\n"}, "orders/b.csv has other columns than orders/a.csv"),
        ({"orders/a.parquet": PART.format(0, 1), "orders/b.parquet": b"PAR1"}, "orders/b.parquet cannot be read as Parquet"),
    ],
)  # fmt: skip
def test_a_folder_that_is_no_table_is_refused(delivery: Delivery, files: dict, sentence: str) -> None:
    delivery.put({"orders.csv": None, **files})
    assert sentence in delivery.refusal()


def test_a_folder_and_a_file_of_one_table_are_one_too_many(delivery: Delivery) -> None:
    delivery.put({"orders/part-0.csv": ORDERS})
    with pytest.raises(WrongCall, match="both deliver the table 'orders'; keep one of them"):
        delivery.load()


# what lies there and cannot be read


def test_a_link_to_nowhere_is_named(delivery: Delivery) -> None:
    delivery.put({"orders.csv": None})
    (delivery.folder / "orders.csv").symlink_to(delivery.folder / "gone" / "orders.csv")
    assert "orders.csv is a link to " in delivery.refusal()


def test_a_pipe_is_named_and_not_waited_for(delivery: Delivery) -> None:
    os.mkfifo(delivery.folder / "refunds.csv")
    assert delivery.refusal() == "refunds.csv is neither a file nor a folder; take it out of input."


def test_a_file_that_may_not_be_read_is_named(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path.name != "orders.csv" and may(path, mode))
    assert "orders.csv may not be read by this user;" in delivery.refusal()


# a sample of what tests/faults/malformed.py tries


def test_malformed_deliveries_are_read_or_refused_and_lose_nothing(delivery: Delivery) -> None:
    delivery.put({name: None for name in ("customers.csv", "orders.csv")} | dict(sound_files()))
    delivery.load()
    wrong = []
    for number, malformed in enumerate(malformed_deliveries(110, seed=7)):
        verdict = judged(malformed, delivery.folder, delivery.warehouse, delivery.project)
        if verdict.wrong:
            wrong.append(f"number {number}, {malformed.kind}: {verdict.wrong}")
    assert wrong == []
