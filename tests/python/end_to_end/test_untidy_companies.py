"""Refreshes of untidy companies: one west of UTC, one that exports from spreadsheets, one without any facts of buying.

Each holds several kinds of trouble side by side; what is refused at once stands in test_refused_deliveries.py.
"""

import re
import shutil

import pytest

from helpers import ROOT
from helpers.refreshed import NOT_COPIED, Refreshed, command

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

WEST_VARS = {
    "reporting_time_zone": "America/Chicago",
    "reporting_currency": "EUR",
    "guests_by_email": "joined",
}
WEST = {
    # of two customers with one account and e-mail address each, only the guest is joined
    "customers": """customer_id,created_at,email,status,customer_type
today,2025-01-01,,,
tomorrow,2025-01-01,,,
by_night,2025-01-01,,,
by_offset,2025-01-01,,,
refund_today,2025-01-01,,,
refund_tomorrow,2025-01-01,,,
starts_today,2025-01-01,,,
starts_tomorrow,2025-01-01,,,
ends_today,2025-01-01,,,
ends_tomorrow,2025-01-01,,,
cancelled_to_come,2025-01-01,,,
other_rate,2025-01-01,,,
no_rate,2025-01-01,,,
card_bought,2025-01-01,,,
card_redeemed,2025-01-01,,,
merged_into_nobody,2025-01-01,,,
ann,2025-01-01,Ann@shop.example,,
ann_guest,2025-02-01,ann@shop.example ,guest,
ann_office,2025-01-01,ann@shop.example,,
owner,2025-01-01,,Internal,
cashier,2025-01-01,,,employee
tester,2025-01-01,,test account,
only_rejected,2025-01-01,,,
only_impossible,2025-01-01,,,
only_cancelled,2025-01-01,,,
refund_unread,2025-01-01,,,
refund_undated,2025-01-01,,,
refund_of_another_name,2025-01-01,,,
""",
    "orders": """order_id,customer_id,ordered_at,status,currency_code,net_amount,gift_card_amount
A,today,2026-06-30,paid,,10,
B,tomorrow,2026-07-01,paid,,10,
C,by_night,2026-07-01 03:30:00,paid,,10,
D,by_offset,2026-06-30 23:30:00 -0500,paid,,10,
E,refund_today,2026-06-01,paid,,10,
F,refund_tomorrow,2026-06-01,paid,,10,
G,other_rate,2026-02-02,paid,USD,100,
H,no_rate,2026-02-02,paid,USD,100,
I,card_bought,2026-03-01,paid,,50,50
J,card_redeemed,2026-04-01,paid,,50,
K,merged_into_nobody,2026-03-01,paid,,30,
L,ann,2026-03-01,paid,,20,
M,ann_guest,2026-04-01,paid,,25,
N,ann_office,2026-04-01,paid,,40,
O,owner,2026-03-01,paid,,99,
P,cashier,2026-03-01,paid,,99,
Q,tester,2026-03-01,paid,,99,
R,only_rejected,2026-03-01,teleported,,30,
S,only_impossible,9999-12-31,paid,,30,
T,only_cancelled,2026-03-01,cancelled,,30,
U,refund_unread,2026-03-01,paid,,30,
V,refund_undated,2026-03-01,paid,,30,
W,refund_of_another_name,2026-03-01,paid,,30,
""",
    "refunds": """refund_id,order_id,customer_id,refunded_at,amount
e,E,,2026-06-30,10
f,F,,2026-07-01,10
g,G,,2026-02-20,100
h,H,,2026-04-20,100
u,U,,2026-03-05,all of it
v,V,,9999-12-31,30
w,W,somebody_else,2026-03-05,30
""",
    "exchange_rates": "currency_code,rate_date,rate_to_reporting\nUSD,2026-02-02,.90\nUSD,2026-02-20,.95\n",
    "subscriptions": """subscription_id,customer_id,plan,billing_interval,mrr_amount,started_at,ended_at
a,starts_today,Pro,month,20,2026-06-30,
b,starts_tomorrow,Pro,month,20,2026-07-01,
c,ends_today,Pro,month,20,2026-01-01,2026-06-30
d,ends_tomorrow,Pro,month,20,2026-01-01,2026-07-01
e,cancelled_to_come,Pro,month,20,2026-01-01,2026-07-20
""",
    "support_tickets": """ticket_id,customer_id,opened_at
t1,today,2026-06-30
t2,by_night,2026-07-01
""",
    "customer_merges": "from_customer_id,to_customer_id\nmerged_into_nobody,gone\n",
}
WEST_NET = {
    "today": 10, "tomorrow": 0, "by_night": 10, "by_offset": 10, "refund_today": 0, "refund_tomorrow": 10,
    "other_rate": 0, "no_rate": 0, "card_bought": 0, "card_redeemed": 50, "merged_into_nobody": 30,
    "ann": 45, "ann_office": 40, "only_rejected": 0, "only_impossible": 0, "only_cancelled": 0,
    "refund_unread": 30, "refund_undated": 30, "refund_of_another_name": 0,
    "starts_today": 0, "starts_tomorrow": 0, "ends_today": 0, "ends_tomorrow": 0, "cancelled_to_come": 0,
}  # fmt: skip

EXPORTED = {
    "customers": """customer_id;created_at;customer_type
0012;05/03/2025;business
7770;13/04/2025;business
head;21/05/2025;business
branch;02/06/2025;business
million;02/06/2025;business
thousands;02/06/2025;business
about;02/06/2025;business
wc;02/06/2025;consumer
authorised;02/06/2025;consumer
in_part_paid;02/06/2025;consumer
in_part_back;02/06/2025;consumer
in_full_back;02/06/2025;consumer
misspelt;02/06/2025;consumer
""",
    "accounts": """customer_id;parent_customer_id;employee_count;annual_revenue
head;;51-200;$5M
branch;head;unknown;
million;;10,001+;$2,500K
thousands;;1,200;$12,000,000
about;;~50;n/a
0012;;8;1,200,000
""",
    "orders": """order_id;customer_id;ordered_at;status;net_amount
1;head;2026-03-01;paid;1.250
2;head;2026-03-02;paid;49,90
3;branch;2026-03-03;paid;1.299,00
4;million;2026-03-04;paid;€ 12.345,67
5;wc;2026-03-01;wc-completed;10,00
6;wc;2026-03-02;wc-processing;5,00
7;authorised;2026-03-01;authorized;10,00
8;in_part_paid;2026-03-01;Partially Paid;10,00
9;in_part_back;2026-03-01;partially_refunded;100,00
10;in_full_back;2026-03-01;refunded;100,00
11;misspelt;2026-03-01;complteed;10,00
12;0012;2026-03-01;paid;7,00
13;12;2026-03-02;paid;7,00
14;7770.0;2026-03-02;paid;7,00
15;head;2026-03-03;paid;(1.000,50)
""",
}
EXPORTED_NET = {
    "0012": 7, "7770": 0, "head": 299.40, "branch": 1299, "million": 12345.67, "thousands": 0, "about": 0,
    "wc": 15, "authorised": 0, "in_part_paid": 10, "in_part_back": 100, "in_full_back": 0, "misspelt": 0,
}  # fmt: skip


ATTRIBUTES = {
    "customers": "customer_id,created_at,customer_type\nsmith,2025-01-01,business\njones,2025-01-01,business\nann,2025-01-01,consumer\n",
    "accounts": "customer_id,industry,employee_count\nsmith,Property & Casualty Insurance,300\njones,Software,12\n",
}


def refreshed(folder, files, project=ROOT):
    delivered = folder / "input"
    delivered.mkdir(exist_ok=True)
    for table, text in files.items():
        (delivered / f"{table}.csv").write_text(text, encoding="utf-8")
    done = command(
        *("refresh", "--input", delivered, "--as-of", "2026-06-30", "--warehouse", folder / "warehouse"),
        project=project,
    )
    (folder / "said.txt").write_text(" ".join((done.stdout + done.stderr).split()), encoding="utf-8")
    assert done.returncode == 0, done.stderr + done.stdout


def fill_west(folder):
    project = folder / "project"
    shutil.copytree(ROOT, project, ignore=NOT_COPIED)
    text = (project / "dbt_project.yml").read_text(encoding="utf-8")
    for name, value in WEST_VARS.items():
        text, count = re.subn(rf"(?m)^  {name}: \S+", f"  {name}: {value}", text)
        assert count == 1
    (project / "dbt_project.yml").write_text(text, encoding="utf-8")
    refreshed(folder, WEST, project)


@pytest.fixture(scope="module")
def west(make_once):
    folder = make_once("untidy_west", fill_west)
    return Refreshed(folder / "warehouse"), (folder / "said.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def exported(make_once):
    folder = make_once("untidy_exported", lambda folder: refreshed(folder, EXPORTED))
    return Refreshed(folder / "warehouse"), (folder / "said.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def attributes(make_once):
    def fill(folder):
        (folder / "input").mkdir()
        (folder / "input" / "notes.txt").write_text("exported by hand")
        refreshed(folder, ATTRIBUTES)

    folder = make_once("untidy_attributes", fill)
    return Refreshed(folder / "warehouse"), (folder / "said.txt").read_text(encoding="utf-8")


def amounts(run):
    found = run[0].published("select customer_id, monetary_amount from customer_segments")
    return {name: float(amount) for name, amount in found}


def labels(run, scheme):
    return dict(run[0].published(f"select customer_id, {scheme}_segment from customer_segments"))


def test_days_rates_cards_merges_and_guests_bring_what_they_brought(west):
    """Nobody is lost, staff and tests are left out, and what is of tomorrow counts tomorrow."""
    assert amounts(west) == WEST_NET


def test_a_contract_begins_and_ends_on_its_day_of_the_zone(west):
    lifecycle, renewals = labels(west, "lifecycle"), labels(west, "renewal_window")
    assert lifecycle["starts_tomorrow"] == "never_bought"
    assert lifecycle["tomorrow"] == "never_bought"
    assert lifecycle["starts_today"] not in ("never_bought", "lead", "unknown")
    assert renewals["ends_today"] == "ended"
    assert {renewals["ends_tomorrow"], renewals["cancelled_to_come"]} <= {
        "due_within_30_days", "due_within_90_days", "later",
    }  # fmt: skip


def test_a_cancellation_to_come_is_said(west):
    assert (
        "subscriptions: 2 that run on 2026-06-30 are to end later, the first on 2026-07-01; "
        "until then they count as running." in west[1]
    )


def test_a_ticket_of_tomorrow_is_of_tomorrow(west):
    days = west[0].built("select row_key, cast(opened_date as text) from staging.stg_support_tickets")
    assert dict(days) == {"t1": "2026-06-30", "t2": "2026-07-01"}


def test_who_was_rejected_is_unknown_and_who_cancelled_never_bought(west):
    for scheme in ("lifecycle", "churn_risk", "loyalty", "value_tier", "rfm"):
        found = labels(west, scheme)
        assert (found["only_rejected"], found["only_impossible"]) == ("unknown", "unknown"), scheme
        assert found["only_cancelled"] != "unknown", scheme


def test_a_refund_that_could_not_be_used_is_said_and_marked(west):
    refreshed_west, said = west
    assert "2 refunds could not be used" in said
    assert "2 orders were refunded by an amount that nobody says" in said
    marked = refreshed_west.published(
        "select customer_id from customer_value_segments where partly_refunded_orders_count > 0 order by all"
    )
    assert marked == [("refund_undated",), ("refund_unread",)]


def test_staff_guests_and_words_are_said(west):
    _, said = west
    assert "3 internal, employee or test customers are left out of all segments" in said
    assert "employee 1" in said
    assert "1 guests have the e-mail of a known customer and count as that customer" in said
    assert "'teleported' 1" in said
    assert "1 customer is merged into one that was not delivered" in said


def test_the_money_of_the_west_is_that_of_its_customers(west):
    assert f"= {sum(WEST_NET.values()):,.2f} EUR" in west[1]


def test_numbers_are_read_by_the_convention_of_their_column(exported):
    assert amounts(exported) == EXPORTED_NET
    assert "decimal comma" in exported[1]
    days = exported[0].built("select customer_id, cast(created_date as text) from staging.stg_customers")
    assert dict(days)["0012"] == "2025-03-05"


def test_ranges_magnitudes_and_unknown_parts(exported):
    found = exported[0].published(
        "select customer_id, company_size_segment, company_revenue_segment from customer_firmographic_segments"
    )
    sizes = {name: size for name, size, _ in found}
    revenues = {name: revenue for name, _, revenue in found}
    assert sizes["million"] == "enterprise"
    assert sizes["thousands"] == "enterprise"
    assert sizes["about"] == "medium"
    assert sizes["head"] == "medium"
    assert revenues["head"] == "small"
    assert revenues["million"] == "small"
    assert revenues["thousands"] == "medium"
    assert revenues["0012"] == "micro"
    assert revenues["about"] == "unknown"


def test_words_of_shops(exported):
    lifecycle = labels(exported, "lifecycle")
    assert lifecycle["authorised"] == "never_bought"
    assert lifecycle["misspelt"] == "unknown"
    assert re.search(r"'complteed' 1 \(nearest: [^)]*\bcompleted\b", exported[1])
    marked = exported[0].published(
        "select customer_id from customer_value_segments where partly_refunded_orders_count > 0"
    )
    assert marked == [("in_part_back",)]
    assert "1 order was refunded by an amount that nobody says" in exported[1]


def test_references_that_differ_by_zeros_and_points_are_named(exported):
    refreshed_exported, said = exported
    assert "2 of 15 values" in said
    assert "differ from an identifier of customers" in said
    (written,) = refreshed_exported.published(
        "select unlike_references from input_reconciliation where input_table = 'orders'"
    )
    assert written == ("customer_id 2 of 15",)


def test_attributes_alone_give_firmographics_and_claim_nothing_else(attributes):
    sizes, sectors = labels(attributes, "company_size"), labels(attributes, "industry_sector")
    assert sizes == {"smith": "large", "jones": "small", "ann": "not_applicable"}
    assert (sectors["smith"], sectors["jones"]) == ("financial_services", "software")
    for scheme in ("lifecycle", "rfm", "value_tier", "churn_risk", "loyalty", "purchase_channel"):
        assert set(labels(attributes, scheme).values()) == {"unknown"}, scheme
    assert "Money of" not in attributes[1]
