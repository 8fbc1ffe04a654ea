"""What a refresh refuses at once, in one sentence that says where, gives an example and what to do."""

from pathlib import Path

import duckdb
import pytest

from helpers.refreshed import command

pytestmark = pytest.mark.warehouse

CUSTOMERS = "customer_id,created_at\nA,2025-01-05\nB,2025-02-17\nC,2025-03-01\n"
ORDERS = "order_id,customer_id,ordered_at,net_amount\n1,A,2026-01-05,10\n2,B,2026-01-06,20\n"
SUBSCRIPTIONS = (
    "subscription_id,customer_id,started_at,ended_at,mrr_amount,trial_end\nS,A,2026-01-05,2026-02-05,10,\n"
)
REFUSED = {
    "identifiers in the form of large numbers": (
        {
            "customers": CUSTOMERS.replace("C,", "4.5019E+12,"),
            "orders": ORDERS + "3,4.5019E+12,2026-01-07,30\n",
        },
        ("'customer_id' of customers.csv", "a spreadsheet has broken", "4.5019E+12", "export them again"),
    ),
    "a reference that a spreadsheet has broken": (
        {"customers": CUSTOMERS, "orders": ORDERS + "3,4.5019E+12,2026-01-07,30\n"},
        ("'customer_id' of orders.csv", "4.5019E+12"),
    ),
    "most references without their zeros": (
        {
            "customers": CUSTOMERS.replace("A,", "007,").replace("B,", "008,"),
            "orders": ORDERS.replace("A,", "7,").replace("B,", "8.0,"),
        },
        ("orders.csv customer_id: 2 of 2 values", "only by zeros"),
    ),
    "a line per item": (
        {
            "customers": CUSTOMERS,
            "orders": ORDERS + "1,A,2026-01-05,5\n1,A,2026-01-05,2.5\n2,B,2026-01-06,8\n",
        },
        ("orders.csv has a line per item", "order_id '1' stands on 3 lines", "order_items"),
    ),
    "a line per item, the order told on its first line": (
        {
            "customers": CUSTOMERS,
            "orders": "order_id,customer_id,ordered_at,status,net_amount,item\n"
            "1,A,2026-01-05,paid,10,cup\n1,A,2026-01-05,,,pan\n2,B,2026-01-06,paid,20,cup\n2,B,,,,pot\n",
        },
        ("orders.csv has a line per item", "order_id '1' stands on 2 lines", "order_items"),
    ),
    "numbers that may be two numbers": (
        {"customers": CUSTOMERS, "orders": ORDERS.replace(",10\n", ",1.250\n").replace(",20\n", ",2.500\n")},
        ("net_amount", "1.250", "2.500", "--read orders.net_amount="),
    ),
    "dates that may be two days": (
        {
            "customers": CUSTOMERS,
            "orders": ORDERS.replace("2026-01-05", "05/01/2026").replace("2026-01-06", "06/01/2026"),
        },
        ("ordered_at", "05/01/2026", "06/01/2026", "--read orders.ordered_at="),
    ),
    "a misspelt amount": (
        {"customers": CUSTOMERS, "orders": ORDERS.replace("net_amount", "net_amout")},
        ("net_amout", "net_amount"),
    ),
    "a state by another name": (
        {
            "customers": CUSTOMERS,
            "orders": ORDERS.replace("net_amount\n", "net_amount,financial_status\n").replace(
                "0\n", "0,paid\n"
            ),
        },
        ("orders.csv has no state (status)", "'financial_status'", "--read orders.financial_status=ignore"),
    ),
    "a currency by another name": (
        {
            "customers": CUSTOMERS,
            "orders": ORDERS.replace("net_amount\n", "net_amount,currency\n").replace("0\n", "0,USD\n"),
        },
        ("orders.csv has no currency (currency_code)", "'currency'", "rename it"),
    ),
    "a recurring amount by another name": (
        {"customers": CUSTOMERS, "subscriptions": SUBSCRIPTIONS.replace("mrr_amount", "monthly_price")},
        ("subscriptions.csv has no amount per month (mrr_amount)", "'monthly_price'", "would be free"),
    ),
    "an end by another name": (
        {"customers": CUSTOMERS, "subscriptions": SUBSCRIPTIONS.replace("ended_at", "cancelled_on")},
        ("subscriptions.csv has no end (ended_at)", "'cancelled_on'", "would run on"),
    ),
    "an encoding of older spreadsheets": (
        {
            "customers": CUSTOMERS,
            "orders": ORDERS.replace("ordered_at,", "ordered_at,name,")
            .replace("05,10", "05,M\udcfcller,10")
            .replace("06,20", "06,Mayer,20"),
        },
        ("orders.csv is not UTF-8: 1 of 3 lines, the first is line 2", "iconv -f WINDOWS-1252 -t UTF-8"),
    ),
    "an optional column that nobody can read": (
        {"customers": CUSTOMERS.replace("2025-", "spring of "), "orders": ORDERS},
        ("created_at", "customers.csv", "spring of "),
    ),
}


def refused(delivered: Path, warehouse: Path, as_of: str = "2026-06-30") -> str:
    done = command("refresh", "--input", delivered, "--as-of", as_of, "--warehouse", warehouse)
    assert done.returncode == 1, done.stdout
    assert not (warehouse / "published" / "segments.duckdb").exists()
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


@pytest.mark.parametrize("case", REFUSED)
def test_a_refresh_refuses_what_it_would_have_to_guess(case, tmp_path):
    files, told = REFUSED[case]
    delivered = tmp_path / "input"
    delivered.mkdir()
    for table, text in files.items():
        (delivered / f"{table}.csv").write_text(text, encoding="utf-8", errors="surrogateescape")
    said = refused(delivered, tmp_path / "warehouse")
    assert [text for text in told if text not in said] == [], said


def test_identifiers_that_a_file_holds_as_numbers_with_a_point_are_refused(tmp_path):
    delivered = tmp_path / "input"
    delivered.mkdir()
    (delivered / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    duckdb.execute(
        "copy (select 'O' || i as order_id, cast(i as double) as customer_id, date '2026-01-05' as ordered_at, "
        f"10.0 as net_amount from range(5) as r(i)) to '{delivered / 'orders.parquet'}' (format parquet)"
    )
    said = refused(delivered, tmp_path / "warehouse")
    assert "'customer_id' of orders.parquet holds identifiers as numbers with a decimal point" in said


def test_a_date_before_all_data_is_refused(tmp_path):
    delivered = tmp_path / "input"
    delivered.mkdir()
    (delivered / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (delivered / "orders.csv").write_text(ORDERS, encoding="utf-8")
    said = refused(delivered, tmp_path / "warehouse", "2019-06-30")
    assert (
        "0 customers are known on the as-of date 2019-06-30, expected at least 1; the first fact is of "
        "2026-01-05; nothing was published: if this is right, repeat with --accept-change." in said
    )
