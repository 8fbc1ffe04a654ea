"""Questions to the published file: read-only, this file only, and the commands that a refresh prints."""

import csv
import io
import re
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlglot

from customer_segmentation import console_report
from customer_segmentation.errors import EnvironmentFault, WrongCall
from customer_segmentation.published_query import Answer, ask, cell, numeric_columns, write_csv
from customer_segmentation.questions import ROWS, command, first_queries
from customer_segmentation.refresh import RefreshReport
from customer_segmentation.rejections import Rejection
from customer_segmentation.scheme_usage import SchemeUsage
from customer_segmentation.warehouse import Warehouse
from helpers.refreshed import command as run

SCHEMES = ("churn_risk", "lifecycle", "primary_value", "renewal_window", "rfm", "value_tier")
PUBLISHED = """
    create table publish_info as select date '2026-06-30' as as_of_date, 'r' as run_id;
    create table customer_segments as
    select 'C' || range as customer_id, 'at_risk' as lifecycle_segment, 'loyal' as rfm_segment,
        'later' as renewal_window_segment, 'top' as value_tier_segment, 'high' as churn_risk_segment,
        date '2026-01-01' as last_order_date, range::decimal(18, 2) as historic_value_amount
    from range(20);
    create table segment_profiles as
    select date '2026-06-30' as as_of_date, unnest(['lifecycle', 'rfm']) as scheme, 'at_risk' as segment,
        20 as customers_count, 1.0 as customers_ratio, 0.25::double as revenue_ratio, null as predicted_clv_amount;
    create table customer_lifetime_values as
    select customer_id, date '2026-07-01' as next_renewal_date, 0.9::double as probability_next_renewal,
        1.5 as predicted_contract_amount, 2.5 as predicted_clv_amount, 0.1::double as probability_alive,
        3.0::double as expected_purchases_next_365_days
    from customer_segments;
    create table customer_segment_assignments as
    select customer_id, 'rfm' as scheme, 'loyal' as segment, 'Buys often' as explanation
    from customer_segments;
    create table scheme_usage as
    select 'macro' as scheme, 'Which?' as question, 'no_inputs' as usage, 0 as concerned_count,
        0 as labelled_count, false as is_in_use;
"""


@pytest.fixture
def published(warehouse: Warehouse) -> Path:
    warehouse.published_file.parent.mkdir()
    with duckdb.connect(str(warehouse.published_file)) as connection:
        connection.execute(PUBLISHED)
    return warehouse.published_file


def test_ask_gives_the_first_rows_and_says_that_there_are_more(published):
    answer = ask(
        published, "select customer_id from customer_segments order by historic_value_amount", limit=2
    )
    assert answer == Answer(["customer_id"], [("C0",), ("C1",)], has_more=True)
    assert not ask(published, "from customer_segments", limit=20).has_more
    assert len(ask(published, "from customer_segments").rows) == 20
    assert ("customer_segments",) in ask(published, "show tables").rows


@pytest.mark.parametrize(
    "sql",
    ["drop table customer_segments", "insert into publish_info from publish_info", "create temp table a as select 1",
     "attach 'other.duckdb'", "copy customer_segments to 'out.csv'", "set threads = 1", "select 1; select 2", "",
     "-- nothing", "install httpfs", "export database 'out'"],
)  # fmt: skip
def test_ask_refuses_anything_but_one_read(published, sql):
    before = published.read_bytes()
    with pytest.raises(
        WrongCall, match=r"^A query is one SELECT that reads the published file, such as '[^\n]*$"
    ):
        ask(published, sql)
    assert published.read_bytes() == before


@pytest.mark.parametrize("relation", ["read_text('{}')", "'{}'", "glob('{}')", "read_csv('{}')"])
def test_ask_reads_no_other_file(published, tmp_path, relation):
    other = tmp_path / "other.csv"
    other.write_text("secret\nhidden word\n")

    with pytest.raises(WrongCall, match=r"^The query cannot be run: ") as refusal:
        ask(published, f"select * from {relation.format(other)}")

    assert "hidden word" not in str(refusal.value)


def test_a_wrong_query_is_told_in_one_line_with_the_nearest_name(published):
    with pytest.raises(WrongCall) as refusal:
        ask(published, "select *\nfrom customer_segmets")
    assert str(refusal.value) == (
        "The query cannot be run: Catalog Error: Table with name customer_segmets does not exist! "
        'Did you mean "customer_segments"?'
    )


def test_ask_needs_a_published_file(warehouse):
    with pytest.raises(WrongCall, match=r"There is no published file .*; run a refresh first"):
        ask(warehouse.published_file, "select 1")
    (warehouse.folder / "example" / "published").mkdir(parents=True)
    with pytest.raises(WrongCall, match=r"the example company is in .*example"):
        ask(warehouse.published_file, "select 1")
    warehouse.published_file.parent.mkdir()
    warehouse.published_file.write_bytes(b"no database" * 1000)
    with pytest.raises(EnvironmentFault, match="cannot be read: "):
        ask(warehouse.published_file, "select 1")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "null"), (True, "true"), (0.0, "0.00"), (0.12345, "0.1235"), (-1234.5, "-1234.50"), (7, "7"),
     (Decimal("1.50"), "1.50"), (date(2026, 6, 30), "2026-06-30"), ("a\n\x1b[31mb", "a  [31mb"),
     (datetime(2026, 6, 30, 1, 2, 3, 4), "2026-06-30 01:02:03")],
)  # fmt: skip
def test_a_cell_is_one_readable_line(value, shown):
    assert cell(value) == shown


def test_numbers_stand_to_the_right(capsys):
    answer = Answer(["name", "count"], [("a", 5), ("long name", 1000), ("c", None)])
    assert numeric_columns(answer) == {1}
    console_report.show_answer(answer)
    assert capsys.readouterr().out.splitlines() == [
        "name       count",
        "a              5",
        "long name   1000",
        "c           null",
    ]
    console_report.show_answer(Answer(["name", "count"], []))
    assert capsys.readouterr().out == "No rows (name, count).\n"


def test_csv_is_read_back(published):
    file = io.StringIO()
    write_csv(Answer(["a", "b"], [("x,\n", None), ('"', 0.1)]), file)
    assert list(csv.reader(io.StringIO(file.getvalue()))) == [["a", "b"], ["x,\n", ""], ['"', "0.1"]]


def test_query_on_the_command_line(published, warehouse):
    folder = ("--warehouse", str(warehouse.folder))
    table = run("query", "select customer_id from customer_segments order by all", "--limit", "1", *folder)
    as_csv = run("query", "select customer_id as id from customer_segments", "--csv", *folder)
    wrong = run("query", "select cast('ann@example.com' as int)", *folder)
    refused = run("query", "delete from customer_segments", *folder)

    assert (table.returncode, table.stdout) == (0, "customer_id\nC0\n")
    assert table.stderr == "There are more rows than these 1; --limit N shows more.\n"
    assert (len(as_csv.stdout.splitlines()), as_csv.stdout[:6], as_csv.stderr) == (21, "id\nC0\n", "")
    assert (wrong.returncode, refused.returncode) == (2, 2)
    assert "ann@" not in wrong.stderr
    assert len(wrong.stderr.splitlines()) == len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("in_use", "crossed", "count"),
    [
        (("churn_risk", "lifecycle", "rfm"), {"lifecycle", "rfm"}, 4),
        (("churn_risk", "lifecycle", "renewal_window"), {"lifecycle", "renewal_window"}, 5),
        (("macro",), {"macro"}, 4),
        ((), set(), 1),
        (SCHEMES, {"lifecycle", "rfm"}, 6),
    ],
)
def test_first_queries_ask_nothing_of_schemes_that_are_not_in_use(in_use, crossed, count):
    queries = first_queries(in_use)
    assert len(queries) == count
    for query in queries.values():
        assert isinstance(sqlglot.parse_one(query, read="duckdb"), sqlglot.exp.Select)
        named = set(re.findall(r"(\w+)_segment\b", query)) | set(re.findall(r"scheme = '(\w+)'", query))
        assert named <= set(in_use)
        # as they stand between double quotes in a shell
        assert not set('"$`!\\\n') & set(query)
    grouped = [set(re.findall(r"(\w+)_segment\b", q)) for q in queries.values() if "group by" in q]
    assert grouped == ([crossed] if crossed else [])
    text = " ".join(queries.values())
    assert ("slipping" in " ".join(queries)) == bool({"lifecycle", "rfm", "churn_risk"} & set(in_use))
    assert ("next_renewal_date" in text) == ("renewal_window" in in_use)
    assert ("last_order_date" in text) == ("rfm" in in_use)


def report_of(published: Path) -> RefreshReport:
    rejections = [Rejection("orders", f"Reason {number}", number, "O1", "") for number in range(1, 9)]
    return RefreshReport(
        "r", date(2026, 6, 30), published, rejections=rejections, scheme_usage=SchemeUsage(SCHEMES, ())
    )


def test_a_refresh_ends_with_answers_and_commands_that_run_as_printed(published, warehouse, capsys):
    console_report.show_refresh(report_of(published), warehouse)
    printed = capsys.readouterr().out
    commands = re.findall(r"^  (\S.* query .*)$", printed, re.M)

    assert len(commands) == len(first_queries(SCHEMES)) == 6
    assert "duckdb -readonly" not in printed
    for line in commands:
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout in printed
        assert 2 <= len(done.stdout.splitlines()) <= ROWS + 1


def test_a_refresh_says_the_most_frequent_rejections(published, warehouse, capsys):
    console_report.show_refresh(report_of(published), warehouse)
    printed = capsys.readouterr().out
    assert re.findall(r"Reason (\d)", printed) == list("876543")
    assert f"All reasons: {command('rejected', warehouse)}\n" in printed


@pytest.mark.parametrize(
    ("called", "folder", "words"),
    [
        (".venv/bin/customer-segmentation", "warehouse", ".venv/bin/customer-segmentation status"),
        ("bin/customer-segmentation", "own/w", "bin/customer-segmentation status --warehouse own/w"),
        ("-c", "a b", f"{sys.executable} -m customer_segmentation.cli status --warehouse 'a b'"),
    ],
)
def test_commands_are_printed_as_the_caller_called_them(monkeypatch, tmp_path, called, folder, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUSTOMER_SEGMENTATION_WAREHOUSE", raising=False)
    monkeypatch.setattr(sys, "argv", [called])
    assert command("status", Warehouse(tmp_path / folder)) == words
    monkeypatch.setenv("CUSTOMER_SEGMENTATION_WAREHOUSE", folder)
    assert "--warehouse" in command("status", Warehouse(tmp_path / folder))
