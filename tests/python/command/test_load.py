"""Loading: what is read, what each refusal says, and that a refusal leaves the build file as it was."""

import contextlib
import csv
import datetime as dt
import hashlib
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segmentation.errors import DataRefused, EnvironmentFault, WrongCall
from customer_segmentation.loading import load_folder
from customer_segmentation.loading.checks import _is_misspelt
from customer_segmentation.loading.folder import DeliveredFile
from customer_segmentation.loading.reading import create_table, read_header
from helpers import ROOT
from helpers.small_project import CUSTOMERS, ORDERS

GOOD = {"customers.csv": CUSTOMERS, "orders.csv": ORDERS}


# what is read


def test_load_reads_csv_as_text_and_parquet_as_typed(project, warehouse, deliver, rows_of):
    folder = deliver(
        {
            "customers.csv": CUSTOMERS,
            "orders.parquet": "select 1 as Order_ID, 'A' as customer_id, date '2026-01-05' as ordered_at",
        }
    )

    load_folder(folder, warehouse, project)

    assert rows_of("select * from raw.customers order by 1") == [("A", "Ann"), ("B", "Bob")]
    assert rows_of("select column_name, data_type from duckdb_columns() where table_name = 'orders'") == [
        ("order_id", "INTEGER"),
        ("customer_id", "VARCHAR"),
        ("ordered_at", "DATE"),
        ("file_row_number", "BIGINT"),
    ]


def test_load_leaves_when_it_was_and_for_which_day(project, warehouse, deliver, rows_of):
    before = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    load_folder(deliver(GOOD), warehouse, project, as_of_date=dt.date(2026, 6, 30))
    ((loaded_at, as_of_date),) = rows_of("select * from raw.load_record")
    assert before <= loaded_at <= dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert as_of_date == dt.date(2026, 6, 30)
    # other rows without a day: what plain dbt builds of them is as of today
    load_folder(deliver(GOOD), warehouse, project)
    assert rows_of("select as_of_date from raw.load_record") == [(None,)]


def test_load_declares_what_it_found(project, warehouse, deliver, rows_of):
    folder = deliver({**GOOD, "orders.csv": ORDERS + "3,A\n"})

    report = load_folder(folder, warehouse, project)

    digest = hashlib.sha256((ORDERS + "3,A\n").encode()).hexdigest()
    assert rows_of("select * from raw.loaded_tables order by 1") == [
        ("customers", "customers.csv", 2, 0, hashlib.sha256(CUSTOMERS.encode()).hexdigest()),
        ("orders", "orders.csv", 3, 1, digest),
    ]
    assert [table.table_name for table in report.tables] == ["customers", "orders"]


def test_load_reads_parquet_where_it_lies_and_remembers_the_file(project, warehouse, deliver, rows_of):
    orders = "select 1 as order_id, 'A' as customer_id, date '2026-01-05' as ordered_at"
    folder = deliver({"customers.csv": CUSTOMERS, "orders.parquet": orders})
    path = folder / "orders.parquet"

    report = load_folder(folder, warehouse, project)

    assert rows_of("select view_name from duckdb_views() where schema_name = 'raw'") == [("orders",)]
    modified_at = int(path.stat().st_mtime) * 1_000_000
    assert rows_of("select * from raw.delivered_files") == [
        ("orders", str(path.resolve()), path.stat().st_size, modified_at)
    ]
    assert report.tables[1].content_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_load_may_change_a_table_to_parquet_and_back(project, warehouse, deliver, rows_of):
    orders = "select 1 as order_id, 'A' as customer_id, date '2026-01-05' as ordered_at"

    for files in (
        GOOD,
        {"orders.csv": None, "orders.parquet": orders},
        {"orders.csv": ORDERS, "orders.parquet": None},
    ):
        load_folder(deliver(files), warehouse, project)

    assert rows_of("select count(*) from raw.orders") == [(2,)]
    assert rows_of("select * from raw.delivered_files") == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_load_decides_the_delimiter_from_the_header(project, warehouse, deliver, rows_of, delimiter):
    load_folder(deliver({**GOOD, "customers.csv": CUSTOMERS.replace(",", delimiter)}), warehouse, project)

    assert rows_of("select * from raw.customers order by 1") == [("A", "Ann"), ("B", "Bob")]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"\xef\xbb\xbfcustomer_id,customer_name\r\nA,Ann\r\n", ["Ann"]),
        (b" Customer_ID , CUSTOMER_NAME\nA,Ann\n", ["Ann"]),
        (b'customer_id,customer_name\nA,"Ann, the ""first"""\n', ['Ann, the "first"']),
        (b'customer_id,customer_name\nA,"two\nlines"\nB,"two\r\nlines"\n', ["two\nlines", "two\nlines"]),
        (b"customer_id,customer_name\rA,Ann\rB,Bob\r", ["Ann", "Bob"]),
        (b"customer_id,customer_name\r\nA,Ann\nB,Bob\r\n", ["Ann", "Bob"]),
        (b"\n\ncustomer_id,customer_name\nA,Ann\n", ["Ann"]),
        (b"customer_id,customer_name\n\nA,Ann\n\n", ["Ann"]),
        (b"customer_id,customer_name\nA,Ann", ["Ann"]),
        ("customer_id,customer_name\nA,Zoë 😀 شكرا\n".encode(), ["Zoë 😀 شكرا"]),
        (b"customer_id,customer_name\nA,a\x00b\n", ["a\x00b"]),
        (b"customer_id,customer_name\nA,'); drop table raw.orders; --\n", ["'); drop table raw.orders; --"]),
        (b"customer_id,customer_name\nA,{{ env_var('X') }}\n", ["{{ env_var('X') }}"]),
        (b"customer_id,customer_name\nA," + b"x" * 3_000_000 + b"\n", ["x" * 3_000_000]),
    ],
)
def test_load_reads_csv_of_many_shapes(project, warehouse, deliver, rows_of, content, names):
    load_folder(deliver({**GOOD, "customers.csv": content}), warehouse, project)

    assert [
        row[0] for row in rows_of("select customer_name from raw.customers order by customer_id")
    ] == names
    assert rows_of("select * from raw.malformed_lines") == []


def test_load_sets_malformed_lines_aside_and_keeps_the_rest(project, warehouse, deliver, rows_of):
    content = (
        b"customer_id,customer_name\nA,Ann\nB\nC,Cid,extra\nD,caf\xe9\n"
        + b'E,"ends" badly\nF,Fay\nG,"never closed\n'
    )

    report = load_folder(deliver({**GOOD, "customers.csv": content}), warehouse, project)

    assert rows_of("select customer_id from raw.customers order by 1") == [("A",), ("F",)]
    assert rows_of("select * from raw.malformed_lines order by line_number") == [
        ("customers", 3, "it has 1 columns where the header has 2"),
        ("customers", 4, "it has 3 columns where the header has 2"),
        ("customers", 5, "it is not UTF-8"),
        ("customers", 6, "a quote is opened and not closed as it should be"),
        ("customers", 8, "a quote is opened and not closed as it should be"),
    ]
    assert (report.tables[0].rows_read, report.tables[0].malformed_lines_count) == (7, 5)
    assert report.notices[0].startswith("customers.csv: 5 malformed lines were set aside (line 3: ")


def test_load_numbers_malformed_lines_as_an_editor_does(project, warehouse, deliver, rows_of):
    content = "\n\ncustomer_id,customer_name\nA,Ann\nB\n"

    load_folder(deliver({**GOOD, "customers.csv": content}), warehouse, project)

    assert rows_of("select line_number from raw.malformed_lines") == [(5,)]


def test_load_drops_what_is_not_delivered_this_time(project, warehouse, deliver, rows_of):
    load_folder(deliver({**GOOD, "subscriptions.csv": "subscription_id\n1\n"}), warehouse, project)
    with warehouse.connect_build() as connection:
        connection.execute("create table raw.my_own_table as select 1 as x")

    load_folder(deliver({"subscriptions.csv": None}), warehouse, project)

    tables = {row[0] for row in rows_of("select table_name from duckdb_tables() where schema_name = 'raw'")}
    assert tables == {
        "customers",
        "orders",
        "loaded_tables",
        "load_record",
        "malformed_lines",
        "delivered_files",
        "loader_findings",
        "my_own_table",
    }


def test_load_ignores_folders_hidden_files_and_readmes(project, warehouse, deliver):
    folder = deliver({**GOOD, ".DS_Store": "x", "_SUCCESS": "", "README.md": "words", "notes.txt": "words"})
    (folder / "truth").mkdir()
    (folder / "truth" / "secrets.csv").write_text("a\n1\n")

    assert len(load_folder(folder, warehouse, project).tables) == 2


def test_load_names_columns_it_does_not_know(project, warehouse, deliver):
    report = load_folder(
        deliver({**GOOD, "customers.csv": "customer_id,x_score,rejection_reason\nA,1,\n"}), warehouse, project
    )

    assert report.notices == ["customers.csv: columns unknown to 'customers' are left unused: x_score."]


def test_load_accepts_a_path_with_letters_that_engines_read_as_patterns(
    project, warehouse, tmp_path, rows_of
):
    folder = tmp_path / "in [1] *? day=2026 'x'"
    folder.mkdir()
    (folder / "customers.csv").write_text(CUSTOMERS)
    (folder / "orders.csv").write_text(ORDERS)

    load_folder(folder, warehouse, project)

    assert rows_of("select count(*) from duckdb_columns() where table_name = 'customers'") == [(2,)]


def test_load_never_lets_a_column_name_reach_sql(project, warehouse, deliver, rows_of):
    name = 'x"; drop table raw.customers; --'
    folder = deliver(
        {**GOOD, "orders.csv": f'"{name.replace(chr(34), chr(34) * 2)}",' + ORDERS.replace("\n", "\nv,")[:-2]}
    )

    load_folder(folder, warehouse, project)

    assert rows_of("select column_name from duckdb_columns() where table_name = 'orders' limit 1") == [
        (name,)
    ]


def test_load_keeps_the_build_file_private(project, warehouse, deliver):
    load_folder(deliver(GOOD), warehouse, project)

    assert warehouse.build_file.stat().st_mode & 0o777 == 0o600


def test_load_removes_what_a_dead_run_left_on_disk(project, warehouse, deliver):
    warehouse.spill_folder.mkdir()
    (warehouse.spill_folder / "customers.line_ends.csv").write_text("a copy of personal data")

    load_folder(deliver({**GOOD, "orders.csv": ORDERS.replace("\n", "\r\n", 1)}), warehouse, project)

    assert not any(warehouse.folder.rglob("*.line_ends.csv"))


def test_load_changes_no_input_file(project, warehouse, deliver):
    folder = deliver(GOOD)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}

    load_folder(folder, warehouse, project)

    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_load_fingerprint_follows_content_and_nothing_else(project, warehouse, deliver):
    first = load_folder(deliver(GOOD), warehouse, project).input_fingerprint
    again = load_folder(deliver(GOOD), warehouse, project).input_fingerprint
    other = load_folder(deliver({"orders.csv": ORDERS + "3,A,2026-03-01,1\n"}), warehouse, project)

    assert first == again != other.input_fingerprint


# what each refusal says

REFUSALS = {
    "no customers": (
        {"customers.csv": None},
        "delivers no customers; expected customers.csv or customers.parquet.",
    ),
    "no facts": (
        {"orders.csv": None},
        "delivers neither what customers did nor what they are; expected at least one of orders, subscriptions, "
        "product_events, accounts",
    ),
    "zero bytes": ({"orders.csv": b""}, "orders.csv is empty (0 bytes); expected a header"),
    "zero bytes parquet": (
        {"orders.csv": None, "orders.parquet": b""},
        "orders.parquet is empty (0 bytes); expected a Parquet file.",
    ),
    "blank": (
        {"orders.csv": "\n \n"},
        "orders.csv has no header; expected a first line with the column names.",
    ),
    "no header": (
        {"orders.csv": "1,A,2026-01-05,12.50\n2,B,2026-01-06,1\n"},
        "orders.csv has no header with the columns of 'orders': its first line is a row, "
        "written like 9, a, 9999-99-99, 99.99; expected names such as order_id, customer_id, ordered_at.",
    ),
    "header only": (
        {"orders.csv": ORDERS.splitlines()[0] + "\n"},
        "orders.csv has the columns but no rows; if that is right, repeat with --allow-empty orders.",
    ),
    "only malformed lines": (
        {"orders.csv": ORDERS.splitlines()[0] + "\n1,A\n2,B\n"},
        "orders.csv has 2 lines and none can be read; line 2: it has 2 columns where the header has 4.",
    ),
    "renamed column": (
        {"orders.csv": ORDERS.replace("ordered_at", "order_date")},
        "orders.csv has no column 'ordered_at', which the table 'orders' requires; "
        "the nearest column found is 'order_date'.",
    ),
    "column twice": (
        {"customers.csv": "customer_id,Customer_ID\nA,B\n"},
        "customers.csv has the column 'customer_id' twice; expected each name once.",
    ),
    "wrong type": (
        {"orders.csv": ORDERS.replace("2026-01-05 10:00:00", "day 5").replace("2026-02-01", "day 13")},
        "The column 'ordered_at' of orders.csv cannot be read in 2 of 2 values: "
        "expected a timestamp such as 2026-06-30 14:05:00, found for example 'day 13'.",
    ),
    "wrong strict type": (
        {"orders.csv": ORDERS.replace("12.50", "12%").replace(",7\n", ",much\n")},
        "The column 'net_amount' of orders.csv cannot be read in 2 of 2 values: "
        "expected a number such as 12.50, found for example '12%'; "
        "leave it out with --read orders.net_amount=ignore.",
    ),
    "wrong type of a personal column": (
        {"customers.csv": "customer_id,birth_date\nA,in winter\n"},
        "The column 'birth_date' of customers.csv cannot be read in 1 of 1 values: "
        "expected a date such as 2026-06-30; leave it out with --read customers.birth_date=ignore.",
    ),
    "typed wrongly in parquet": (
        {
            "orders.csv": None,
            "orders.parquet": "select '1' as order_id, 'A' as customer_id, 176722 as ordered_at",
        },
        "The column 'ordered_at' of orders.parquet cannot be read in 1 of 1 values: "
        "expected a timestamp such as 2026-06-30 14:05:00, found for example '176722'.",
    ),
    "misspelt optional column": (
        {"orders.csv": ORDERS.replace("net_amount", "net_amout")},
        "orders.csv has a column 'net_amout', which 'orders' does not know; the nearest is 'net_amount'. "
        "Rename it, or leave it out with --read orders.net_amout=ignore.",
    ),
    "optional column in other letters": (
        {"orders.csv": ORDERS.replace("net_amount", "isFreeShipping")},
        "orders.csv has a column 'isfreeshipping', which 'orders' does not know; "
        "the nearest is 'is_free_shipping'.",
    ),
    "unreadable optional column": (
        {"customers.csv": "customer_id,registered_at\nA,soon\nB,\n"},
        "The column 'registered_at' of customers.csv cannot be read in 1 of 1 values: expected a timestamp such "
        "as 2026-06-30 14:05:00, found for example 'soon'; leave it out with "
        "--read customers.registered_at=ignore.",
    ),
    "unreadable flags": (
        {
            "orders.csv": ORDERS.replace("net_amount", "is_free_shipping")
            .replace(",7\n", ",jein\n")
            .replace("12.50", "vielleicht")
        },
        "The column 'is_free_shipping' of orders.csv cannot be read in 2 of 2 values: expected true or false",
    ),
    "days or months first": (
        {
            "orders.csv": ORDERS.replace("2026-01-05 10:00:00", "05/01/2026").replace(
                "2026-02-01", "01/02/2026"
            )
        },
        "The column 'ordered_at' of orders.csv has values such as '01/02/2026' and '05/01/2026', where days or "
        "months may come first, and no value says which; deliver it written in one way, or say how to read it "
        "with --read orders.ordered_at=day_first, --read orders.ordered_at=month_first.",
    ),
    "identifiers of a spreadsheet": (
        {"orders.csv": ORDERS.replace("1,A", "1.5E+11,A")},
        "The column 'order_id' of orders.csv holds identifiers that a spreadsheet has broken, 1 of them, "
        "for example '1.5E+11'; export them again as text, or take them as they stand with "
        "--read orders.order_id=as_is.",
    ),
    "identifiers with a point in parquet": (
        {
            "orders.csv": None,
            "orders.parquet": "select 1.0::double as order_id, 'A' as customer_id, "
            "date '2026-01-05' as ordered_at",
        },
        "The column 'order_id' of orders.parquet holds identifiers as numbers with a decimal point, "
        "for example '1.0'; deliver them as text or whole numbers.",
    ),
    "references without their zeros": (
        {
            "customers.csv": "customer_id\n001\n002\n",
            "orders.csv": ORDERS.replace(",A", ",1").replace(",B", ",2"),
        },
        "orders.csv customer_id: 2 of 2 values, for example '1', differ from an identifier of customers ('001')",
    ),
    "no key": (
        {"customers.csv": "customer_id,customer_name\n,Ann\nN/A,Bob\nNULL,Cid\n"},
        "The column 'customer_id' of customers.csv is empty in all 3 rows; expected a value in each row.",
    ),
    "utf-16": ({"orders.csv": ORDERS.encode("utf-16")}, "orders.csv is saved as UTF-16; expected UTF-8."),
    "latin-1 header": (
        {"orders.csv": "order_id,prénom\n1,A\n".encode("latin-1")},
        "The header of orders.csv is not UTF-8; save the file as UTF-8.",
    ),
    "no parquet": (
        {"orders.csv": None, "orders.parquet": b"not parquet at all"},
        "orders.parquet cannot be read as Parquet:",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_load_refuses_data_in_one_sentence_and_keeps_what_was_loaded(
    project, warehouse, deliver, rows_of, case
):
    load_folder(deliver(GOOD), warehouse, project)
    before = rows_of("select * from raw.loaded_tables, raw.orders")
    files, sentence = REFUSALS[case]

    with pytest.raises(DataRefused) as refusal:
        load_folder(deliver({"customers.csv": CUSTOMERS + "C,New\n", **files}), warehouse, project)

    message = str(refusal.value)
    assert sentence in message
    assert "\n" not in message
    assert rows_of("select * from raw.loaded_tables, raw.orders") == before
    assert rows_of("select count(*) from raw.customers") == [(2,)]


WRONG_CALLS = {
    "unknown file": (
        {"order.csv": "a\n1\n"},
        "The file order.csv belongs to no input table; the nearest table is 'orders'.",
    ),
    "two formats": (
        {"orders.parquet": "select 1 as order_id"},
        "The files orders.csv and orders.parquet both deliver the table 'orders'; keep one of them.",
    ),
    "two spellings": (
        {"Orders.csv": ORDERS},
        "The files Orders.csv and orders.csv both deliver the table 'orders'; keep one of them.",
    ),
    "spreadsheet": (
        {"product_event.xlsx": b"x"},
        "The file product_event.xlsx is neither CSV nor Parquet; "
        "deliver it as 'product_events.csv' or '.parquet', or take it out of the folder.",
    ),
}


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_load_refuses_a_folder_that_fits_nothing(project, warehouse, deliver, case):
    files, sentence = WRONG_CALLS[case]

    with pytest.raises(WrongCall) as refusal:
        load_folder(deliver({**GOOD, **files}), warehouse, project)

    assert str(refusal.value) == sentence
    assert not warehouse.build_file.exists()


def test_load_refuses_a_folder_that_does_not_exist(project, warehouse, tmp_path):
    with pytest.raises(WrongCall, match="does not exist"):
        load_folder(tmp_path / "nowhere", warehouse, project)


def test_load_accepts_an_empty_table_on_request(project, warehouse, deliver, rows_of):
    folder = deliver({**GOOD, "orders.csv": ORDERS.splitlines()[0]})

    load_folder(folder, warehouse, project, may_be_empty=["orders"])

    assert rows_of("select rows_read from raw.loaded_tables where table_name = 'orders'") == [(0,)]
    with pytest.raises(WrongCall, match="'order', which is no input table; the nearest is 'orders'"):
        load_folder(folder, warehouse, project, may_be_empty=["order"])


def test_load_keeps_a_column_that_is_wrong_in_less_than_half(project, warehouse, deliver, rows_of):
    load_folder(deliver({**GOOD, "orders.csv": ORDERS + "3,A,soon,1\n4,A,N/A,1\n"}), warehouse, project)

    assert rows_of("select count(*) from raw.orders") == [(4,)]


def test_load_names_the_process_that_has_the_build_file_open(project, warehouse, deliver, monkeypatch):
    monkeypatch.setattr("customer_segmentation.warehouse.LOCK_WAIT_SECONDS", 0.3)
    script = (
        f"import duckdb, sys; c = duckdb.connect({str(warehouse.build_file)!r}); print('open', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(EnvironmentFault, match=rf"another process has it open \(process {holder.pid}\)"):
            load_folder(deliver(GOOD), warehouse, project)


# how columns are written

GERMAN = "order_id;customer_id;ordered_at;net_amount\n1;A;31.12.2025 14:05;1.250\n2;B;01.02.2026;49,90\n"


def test_load_rewrites_what_is_not_written_plainly_and_says_so(project, warehouse, deliver, rows_of):
    report = load_folder(deliver({**GOOD, "orders.csv": GERMAN}), warehouse, project)

    assert rows_of("select ordered_at, net_amount from raw.orders") == [
        ("2025-12-31 14:05:00", "1250"),
        ("2026-02-01", "49.90"),
    ]
    assert report.notices == [
        "orders.csv ordered_at: read with days first ('31.12.2025 14:05' is 2025-12-31 14:05:00).",
        "orders.csv net_amount: read with decimal comma ('49,90' is 49.90).",
    ]
    assert rows_of(
        "select input_table, column_name, convention, values_given, values_unreadable, references_unlike from raw.loader_findings order by 2"
    ) == [
        ("orders", "net_amount", "decimal_comma", 2, 0, 0),
        ("orders", "ordered_at", "day_first", 2, 0, 0),
    ]


def test_load_reads_as_asked(project, warehouse, deliver, rows_of):
    content = (
        ORDERS.replace("12.50", "1.250")
        .replace("2026-01-05 10:00:00", "05/01/2026")
        .replace("2026-02-01", "01/02/2026")
    )
    folder = deliver({**GOOD, "orders.csv": content.replace("net_amount", "net_amout")})
    as_asked = ["orders.ordered_at=month_first", "orders.net_amout=ignore"]

    report = load_folder(folder, warehouse, project, read_as=as_asked)

    assert rows_of("select ordered_at from raw.orders") == [("2026-05-01",), ("2026-01-02",)]
    other = load_folder(folder, warehouse, project, read_as=["orders.ordered_at=day_first", as_asked[1]])
    assert rows_of("select ordered_at from raw.orders") == [("2026-01-05",), ("2026-02-01",)]
    assert report.input_fingerprint != other.input_fingerprint


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("order.ordered_at=day_first", "there is no table 'order'; the nearest is 'orders'"),
        ("orders.ordered=day_first", "'orders' has no such column; the nearest is 'ordered_at'"),
        ("orders.ordered_at=decimal_comma", "'ordered_at' can be read as day_first, month_first"),
        ("orders.ordered_at=ignore", "'ordered_at' can be read as day_first, month_first"),
        (
            "orders.ordered_at",
            "--read names 'orders.ordered_at='; expected a table, a column and how to read it",
        ),
    ],
)
def test_load_refuses_a_wish_that_fits_nothing(project, warehouse, deliver, word, sentence):
    with pytest.raises(WrongCall) as refusal:
        load_folder(deliver(GOOD), warehouse, project, read_as=[word])

    assert sentence in str(refusal.value)
    assert not warehouse.build_file.exists()


def test_load_copies_parquet_only_where_its_text_has_to_be_rewritten(project, warehouse, deliver, rows_of):
    orders = (
        "select 'O' || i as order_id, 'A' as customer_id, {} as ordered_at from range(3000) as numbers(i)"
    )
    for name, written in {"view": "'2026-01-05'", "table": "(13 + i % 10) || '.01.2026'"}.items():
        load_folder(
            deliver({"customers.csv": CUSTOMERS, "orders.parquet": orders.format(written)}),
            warehouse,
            project,
        )

        kinds = "select 'view' from duckdb_views() where view_name = 'orders' union all select 'table' from duckdb_tables() where table_name = 'orders'"
        assert rows_of(kinds) == [(name,)]
        assert rows_of("select count(*) from raw.delivered_files") == [(1 if name == "view" else 0,)]
    assert rows_of("select order_id, ordered_at from raw.orders limit 2 offset 2998") == [
        ("O2998", "2026-01-21"),
        ("O2999", "2026-01-22"),
    ]


def test_load_says_what_it_could_not_read_from_one_per_cent_on(project, warehouse, deliver, rows_of):
    rows = "".join(f"{number},A,2026-01-01,1\n" for number in range(300))
    header = ORDERS.splitlines()[0] + "\n"
    seen = []
    for count in (2, 4):
        report = load_folder(
            deliver({**GOOD, "orders.csv": header + rows + "x,A,soon,1\n" * count}), warehouse, project
        )
        seen.append(report.notices)
        assert rows_of("select column_name, values_given, values_unreadable from raw.loader_findings") == [
            ("ordered_at", 300 + count, count)
        ]

    assert seen == [
        [],
        ["orders.csv ordered_at: 4 of 304 values could not be read, for example 'soon'."],
    ]


def test_load_refuses_amounts_in_several_currencies_that_no_column_names(project, warehouse, deliver):
    contract = project / "models" / "staging" / "_staging__contract_all.yml"
    contract.write_text(
        contract.read_text().replace(
            "          - {name: is_free_shipping",
            "          - {name: currency_code, data_type: string}\n          - {name: is_free_shipping",
        )
    )
    content = ORDERS.replace("12.50", "$12.50").replace(",7\n", ",€7\n")

    with pytest.raises(
        DataRefused, match=r"holds amounts in '\$' and in '€'; deliver a column 'currency_code'"
    ):
        load_folder(deliver({**GOOD, "orders.csv": content}), warehouse, project)
    load_folder(deliver({"orders.csv": content.replace("€7", "$7")}), warehouse, project)


def test_load_refuses_orders_whose_money_has_another_name(project, warehouse, deliver):
    contract = project / "models" / "staging" / "_staging__contract_all.yml"
    contract.write_text(
        contract.read_text().replace(
            "          - {name: is_free_shipping",
            "          - {name: gross_amount, data_type: double}\n          - {name: is_free_shipping",
        )
    )
    folder = deliver({**GOOD, "orders.csv": ORDERS.replace("net_amount", "order_total")})

    with pytest.raises(DataRefused, match=r"has no amount \(net_amount or gross_amount\).* 'order_total'"):
        load_folder(folder, warehouse, project)
    load_folder(folder, warehouse, project, read_as=["orders.order_total=ignore"])


@pytest.mark.parametrize(
    ("found", "meant", "is_misspelt"),
    [
        ("net_amout", "net_amount", True), ("netamount", "net_amount", True), ("net amount", "net_amount", True),
        ("ent_amount", "net_amount", True), ("creatd_at", "created_at", True), ("chanel", "channel", True),
        ("created_by", "created_at", False), ("state", "status", False), ("tax_amount", "net_amount", False),
        ("amount", "net_amount", False), ("x_score", "region", False), ("net_amount", "tax_amount", False),
    ],
)  # fmt: skip
def test_which_names_are_slips_of_the_pen(found, meant, is_misspelt):
    assert _is_misspelt(found, meant) is is_misspelt


# properties


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.tuples(
            *[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=8)] * 2
        ),
        min_size=1,
        max_size=6,
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_create_table_gives_back_any_quoted_cells(tmp_path, cells, delimiter, line_end):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("first", "second"), *cells])
    path = tmp_path / "cells.csv"
    path.write_bytes(text.getvalue().encode())

    with duckdb.connect() as connection:
        malformed = create_table(
            connection, DeliveredFile("cells", path, "csv"), "cells", scratch_folder=tmp_path
        )
        rows = connection.execute("select coalesce(first, ''), coalesce(second, '') from cells").fetchall()

    assert malformed == []
    assert rows == cells


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.sampled_from(["{n},x", '{n},"x"', '{n},"two{end}lines"', "{n}", "{n},x,y", ""]),
        min_size=1,
        max_size=30,
    ),
    ends=st.lists(st.sampled_from(["\n", "\r\n"]), min_size=1, max_size=5),
    blank_lines=st.integers(0, 2),
)
def test_create_table_loses_no_line_whatever_ends_it(tmp_path, lines, ends, blank_lines):
    text = ends[0] * blank_lines + "n,value" + ends[0]
    for number, line in enumerate(lines):
        end = ends[number % len(ends)]
        text += line.format(n=number, end=end) + end
    path = tmp_path / "lines.csv"
    path.write_bytes(text.encode())
    file = DeliveredFile("lines", path, "csv")

    with duckdb.connect() as connection:
        malformed = create_table(connection, file, "lines", scratch_folder=tmp_path)
        read = [int(row[0]) for row in connection.execute("select n from lines").fetchall()]

    assert read == [number for number, line in enumerate(lines) if line.count(",") == 1]
    assert len(malformed) == sum(line.count(",") != 1 and line != "" for line in lines)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_read_header_gives_unique_names_or_refuses(tmp_path, content):
    path = tmp_path / "any.csv"
    path.write_bytes(content)

    with contextlib.suppress(DataRefused):
        header = read_header(DeliveredFile("any", path, "csv"))
        assert header.names
        assert len(set(header.names)) == len(header.names)
        assert all(name == name.strip().lower() for name in header.names)


# adapters


@pytest.fixture
def adapter(project: Path):
    """Write the mappings of an adapter `shop` into the project."""

    def write(mappings: dict[str, str]) -> str:
        folder = project / "adapters" / "shop"
        folder.mkdir(parents=True, exist_ok=True)
        for name, select in mappings.items():
            (folder / f"{name}.sql").write_text(select)
        return "shop"

    return write


SHOP = {
    "customers": "select distinct buyer as customer_id from source.sales_2026_1_;",
    "orders": "-- each sale\nselect id as Order_ID, buyer as customer_id, day as ordered_at\n"
    "from source.sales_2026_1_\n"
    "-- the end",
}
SALES = "id,buyer,day\n1,A,2026-01-01\n2,B,2026-01-02\nbroken\n3,B,2026-01-03\n"


def test_load_maps_files_through_an_adapter(project, warehouse, deliver, adapter, rows_of):
    report = load_folder(deliver({"Sales 2026(1).csv": SALES}), warehouse, project, adapter=adapter(SHOP))

    assert {table.table_name for table in report.tables} == {"customers", "orders"}
    assert rows_of("select customer_id from raw.customers order by 1") == [("A",), ("B",)]
    assert rows_of("select column_name from duckdb_columns() where table_name = 'orders' limit 1") == [
        ("order_id",)
    ]


def test_load_counts_a_malformed_source_line_once_for_the_biggest_table(
    project, warehouse, deliver, adapter, rows_of
):
    load_folder(deliver({"sales_2026_1_.csv": SALES}), warehouse, project, adapter=adapter(SHOP))

    assert rows_of("select input_table, line_number from raw.malformed_lines") == [("orders", 4)]
    assert rows_of(
        "select table_name, rows_read, malformed_lines_count from raw.loaded_tables order by 1"
    ) == [
        ("customers", 2, 0),
        ("orders", 4, 1),
    ]


def test_load_leaves_nothing_of_the_source_in_the_build_file(project, warehouse, deliver, adapter, rows_of):
    load_folder(deliver({"sales_2026_1_.csv": SALES}), warehouse, project, adapter=adapter(SHOP))

    assert rows_of("select view_name from duckdb_views() where not internal") == []
    assert {row[0] for row in rows_of("select schema_name from duckdb_tables()")} == {"raw"}


def test_an_adapter_may_say_how_its_columns_are_read(project, warehouse, deliver, adapter, rows_of):
    name = adapter(SHOP)
    (project / "adapters" / "shop" / "read.yml").write_text("orders.ordered_at: day_first\n")
    folder = deliver({"sales_2026_1_.csv": "id,buyer,day\n1,A,03/04/2026\n"})

    load_folder(folder, warehouse, project, adapter=name)
    assert rows_of("select ordered_at from raw.orders") == [("2026-04-03",)]

    load_folder(folder, warehouse, project, adapter=name, read_as=["orders.ordered_at=month_first"])
    assert rows_of("select ordered_at from raw.orders") == [("2026-03-04",)]


def test_load_checks_what_an_adapter_gives(project, warehouse, deliver, adapter):
    folder = deliver({"sales_2026_1_.csv": SALES})
    without_date = "select id as order_id, buyer as customer_id from source.sales_2026_1_"
    name = adapter({**SHOP, "orders": without_date})

    with pytest.raises(DataRefused, match=r"The mapping shop/orders\.sql has no column 'ordered_at'"):
        load_folder(folder, warehouse, project, adapter=name)

    adapter({"orders": "select nothere from source.sales_2026_1_"})
    with pytest.raises(
        DataRefused, match=r"The mapping shop/orders\.sql does not fit the files .* \"nothere\""
    ):
        load_folder(folder, warehouse, project, adapter=name)


@pytest.mark.parametrize(
    "sql",
    [
        "drop table raw.customers",
        "select 1 as order_id; drop table raw.customers",
        "create table raw.x as select 1",
        "copy (select 1) to 'x.csv'",
        "attach 'x.duckdb'",
        "",
    ],
)
def test_load_accepts_only_a_single_select_as_a_mapping(project, warehouse, deliver, adapter, sql):
    with pytest.raises(WrongCall, match=r"^The mapping shop/orders\.sql must be a single SELECT\.$"):
        load_folder(
            deliver({"sales_2026_1_.csv": SALES}),
            warehouse,
            project,
            adapter=adapter({**SHOP, "orders": sql}),
        )


def test_load_names_the_adapters_there_are(project, warehouse, deliver, adapter):
    adapter(SHOP)
    for name in ("shops", "../shop", ""):
        with pytest.raises(WrongCall, match=f"There is no adapter '{name}'; the adapters are shop."):
            load_folder(deliver({"sales_2026_1_.csv": SALES}), warehouse, project, adapter=name)


@pytest.mark.public_data
def test_adapter_online_retail_keeps_every_line_and_every_penny(public_data, warehouse, rows_of):
    load_folder(public_data / "online-retail", warehouse, ROOT, adapter="online_retail")

    assert rows_of("select count(*) from raw.customers") == [(4372,)]
    assert rows_of("select (select count(*) from raw.order_items) + (select count(*) from raw.refunds)") == [
        (541909,)
    ]
    good_orders = "from raw.orders where rejection_reason is null and customer_id is not null"
    expected = (18532, 4338, Decimal("8911407.904"))
    assert rows_of(f"select count(*), count(distinct customer_id), sum(net_amount) {good_orders}") == [
        expected
    ]
    assert rows_of(
        f"""
        select count(*), sum(net_amount), count(distinct (order_id, line_number))
        from raw.order_items
        where rejection_reason is null and order_id in (select order_id {good_orders})
        """
    ) == [(397884, Decimal("8911407.904"), 397884)]
    assert rows_of("select count(*), count(distinct refund_id), min(amount) > 0 from raw.refunds") == [
        (9288, 9288, True)
    ]
    all_money = """
        select (select sum(quantity * unit_price) from raw.order_items)
            - (select sum(amount) from raw.refunds)
    """
    assert rows_of(all_money) == [(Decimal("9747747.934"),)]


@pytest.mark.public_data
def test_adapter_crm_sales_opportunities_keeps_every_deal(public_data, warehouse, rows_of):
    load_folder(public_data / "crm-sales-opportunities", warehouse, ROOT, adapter="crm_sales_opportunities")

    assert rows_of("select count(*), count(parent_customer_id) from raw.accounts") == [(85, 15)]
    assert rows_of("select max(annual_revenue) from raw.accounts") == [(Decimal("11698030000.0000"),)]
    assert rows_of(
        "select count(*), count(*) - count(customer_id), count(is_won) from raw.opportunities"
    ) == [(8800, 1425, 6711)]
    assert rows_of("select count(*), sum(cast(net_amount as bigint)) from raw.orders") == [(4238, 10005534)]
    orphans = (
        "select count(*) from raw.opportunities where product_id not in (select product_id from raw.products)"
    )
    assert rows_of(orphans) == [(0,)]
