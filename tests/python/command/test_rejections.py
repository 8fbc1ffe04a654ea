"""Rejected rows by table and reason, with an example that shows no personal value."""

import duckdb
import pytest

from customer_segmentation import console_report
from customer_segmentation.errors import EnvironmentFault, WrongCall
from customer_segmentation.rejections import Rejection, read_rejections, read_repeated_rows, rejections_of
from helpers.refreshed import command

TABLES = ("customers", "orders")
MISSING = "A value that is needed is missing"
UNKNOWN = "It refers to a row that is missing"
ROWS = f"""
    create schema marts;
    create schema seeds;
    create table seeds.rejection_rules as
    from (values ('missing_value', '{MISSING}'), ('unknown_reference', '{UNKNOWN}')) as t(rule_id, reason);
    create table marts.rejected_rows as
    from (values
        ('orders', 'O2', 'missing_value', '{MISSING} (ordered_at is missing)'),
        ('orders', 'O1', 'missing_value', '{MISSING} (customer_id is missing)'),
        ('orders', 'O3', 'unknown_reference', '{UNKNOWN} (customer_id C9 is not among the accepted customers)'),
        ('customers', '(no key)', 'missing_value', '{MISSING}')
    ) as t(input_table, row_key, rule_id, reason);
"""


@pytest.fixture
def built(warehouse):
    with duckdb.connect(str(warehouse.build_file)) as connection:
        connection.execute(ROWS)
    return warehouse


def test_rejected_rows_are_counted_by_table_and_reason_with_an_example(built):
    assert rejections_of(built, None, TABLES) == [
        Rejection("customers", MISSING, 1, "(no key)", ""),
        Rejection("orders", MISSING, 2, "O1", "customer_id is missing"),
        Rejection("orders", UNKNOWN, 1, "O3", "customer_id C9 is not among the accepted customers"),
    ]
    assert [found.rows_count for found in rejections_of(built, "orders", TABLES)] == [2, 1]
    assert rejections_of(built, "customers", TABLES)[0].input_table == "customers"


def test_rows_that_repeat_others_are_counted_by_table(built):
    with duckdb.connect(str(built.build_file)) as connection:
        assert read_repeated_rows(connection) == {}
        connection.execute(
            "insert into marts.rejected_rows values ('orders', 'O4', 'conflicting_duplicate', ''), "
            "('orders', 'O4', 'conflicting_duplicate', ''), ('customers', 'C1', 'exact_duplicate', '')"
        )
        assert read_repeated_rows(connection) == {"orders": 2, "customers": 1}
    with duckdb.connect() as connection:
        assert read_repeated_rows(connection) == {}


@pytest.mark.parametrize(
    ("key", "shown"),
    [("ann@example.com", "aaa@aaaaaaa.aaa"), ("030 1234-567", "999 9999-999"), ("O-17", "O-17"),
     ("C1 / +49 30 1234567 / 2026-01-31 10:00:00", "C1 / +99 99 9999999 / 2026-01-31 10:00:00"),
     ("C1 / ann@example.com / shop", "C1 / aaa@aaaaaaa.aaa / shop"), ("a\tb", r"a\tb")],
)  # fmt: skip
def test_an_example_key_shows_no_personal_value(built, key, shown):
    with duckdb.connect(str(built.build_file)) as connection:
        connection.execute("update marts.rejected_rows set row_key = ? where row_key = '(no key)'", [key])
    assert rejections_of(built, "customers", TABLES)[0].example_key == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("ann@example.com", "(e-mail address not shown)"), ("+49 30 1234567", "(telephone number not shown)"),
     ("030 1234-567", "(telephone number not shown)"), ("415-555-0123", "(telephone number not shown)"), ("(030) 123456", "(telephone number not shown)"),
     ("C00001039", "C00001039"), ("a\x1bb", "a b"), ("12345678", "12345678"), ("XXX on 2026-01-22", "XXX on 2026-01-22")],
)  # fmt: skip
def test_what_is_said_of_an_example_shows_no_personal_value(built, value, shown):
    with duckdb.connect(str(built.build_file)) as connection:
        connection.execute(
            "update marts.rejected_rows set reason = ? where row_key = 'O3'",
            [f"{UNKNOWN} (customer_id {value})"],
        )
    assert rejections_of(built, "orders", TABLES)[1].example_detail == f"customer_id {shown}"


def test_rejected_needs_a_build_and_a_table_that_is_one(warehouse):
    with pytest.raises(EnvironmentFault, match="Nothing is built in the warehouse"):
        rejections_of(warehouse, None, TABLES)
    with pytest.raises(WrongCall, match="'order', which is no input table; the nearest is 'orders'"):
        rejections_of(warehouse, "order", TABLES)
    with duckdb.connect(str(warehouse.build_file)) as connection:
        assert read_rejections(connection) == []
    with pytest.raises(EnvironmentFault, match="has no rejected rows yet"):
        rejections_of(warehouse, None, TABLES)


def test_rejected_on_the_command_line(built):
    done = command("rejected", "--warehouse", built.folder, "--limit", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "table      rows  reason                             example row  of it",
        "customers  1     A value that is needed is missing  (no key)",
        "orders     2     A value that is needed is missing  O1           customer_id is missing",
        "Rejected rows: 4 (1 more line without --limit).",
    ]
    one = command("rejected", "--warehouse", built.folder, "--table", "customers")
    assert one.stdout.splitlines()[-1] == "Rejected rows: 1."
    wrong = command("rejected", "--warehouse", built.folder, "--table", "ordres")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_nothing_rejected_is_said(capsys):
    console_report.show_rejections([], None)
    assert capsys.readouterr().out == "No row was rejected.\n"
