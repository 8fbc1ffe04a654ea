"""One refresh of untidy rows: refunds, credit notes, versions, trials, facts of tomorrow; and the money it prints."""

import re

import pytest

from helpers.refreshed import Refreshed, command

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

CUSTOMERS = [
    *("goods_and_tax", "vat_unstated", "in_thirds", "too_much", "dearer", "credited", "free", "versions"),
    *("cancelled_late", "trial_priced", "free_plan", "ended_twice_told", "comes_later", "shipping_back"),
    *("paid_back_for_nothing_known", "paid_back_in_euro"),
]
FILES = {
    "customers": "customer_id,created_at,country_code\n"
    + "".join(
        f"{name},{'' if name == 'comes_later' else '2025-01-01'},{'Freedonia' if name == 'free' else 'de'}\n"
        for name in CUSTOMERS
    ),
    "orders": """order_id,customer_id,ordered_at,status,net_amount,tax_amount,shipping_amount,currency_code
A,goods_and_tax,2026-02-01,paid,50,9.50,5.50,USD
L,paid_back_in_euro,2026-02-01,paid,40,,,USD
B,vat_unstated,2026-02-01,paid,50,,,
C,in_thirds,2026-02-01,paid,60,,,
D,too_much,2026-02-01,paid,40,,,
E,dearer,2026-02-01,paid,40,,,
F,credited,2026-02-01,paid,70,,,
F2,credited,2026-02-03,paid,-70,,,
G,free,2026-02-01,paid,0,,,
"""
    # every state it went through: most rows of the file repeat others, and none is lost
    + "".join(f"H,versions,2026-02-01 10:00:{second},pending,30,,,\n" for second in range(10, 30))
    + """H,versions,2026-02-01 10:00:00,paid,30,,,
I,cancelled_late,2026-02-01 10:00:00,paid,30,,,
I,cancelled_late,2026-02-01 10:00:00,cancelled,30,,,
J,comes_later,2026-08-01,paid,30,,,
K,shipping_back,2026-02-01,paid,30,,6,
M,shipping_back,2026-02-01,paid
""",
    "refunds": """refund_id,order_id,refunded_at,amount,shipping_amount,customer_id,currency_code
l,L,2026-02-05,4,,,EUR
x,nowhere,2026-02-05,4,,paid_back_for_nothing_known,
a,A,2026-02-05,65,,,
b,B,2026-02-05,59.50,,,
c1,C,2026-02-05,30,,,
c2,C,2026-02-06,30,,,
c3,C,2026-02-07,30,,,
d,D,2026-02-05,4000,,,
e,E,2026-02-05,-20,,,
k,K,2026-02-05,6,6,,
""",
    "exchange_rates": "currency_code,rate_date,rate_to_reporting\nUSD,2026-01-01,1\nEUR,2026-01-01,1.25\n",
    "subscriptions": """subscription_id,customer_id,plan,mrr_amount,started_at,ended_at
T,trial_priced,Trial,30,2026-06-20,
U,free_plan,Free,0,2025-03-01,
V,ended_twice_told,Pro,30,2025-03-01,2026-01-01
V,ended_twice_told,Pro,30,2025-03-01,
""",
    "users": "user_id,customer_id,signed_up_at,trial_started_at,trial_ended_at\n"
    "u,trial_priced,2026-06-20,2026-06-20,2026-07-04\n",
}
# what the orders of each brought, goods less refunds
NET = {
    "goods_and_tax": 0, "vat_unstated": 0, "in_thirds": 0, "too_much": 0, "dearer": 60, "credited": 0, "free": 0,
    "versions": 30, "cancelled_late": 0, "trial_priced": 0, "free_plan": 0, "ended_twice_told": 0, "comes_later": 0,
    "shipping_back": 30, "paid_back_for_nothing_known": 0, "paid_back_in_euro": 40,
}  # fmt: skip


@pytest.fixture(scope="module")
def run(make_once):
    def fill(folder):
        delivered = folder / "input"
        delivered.mkdir()
        for table, text in FILES.items():
            (delivered / f"{table}.csv").write_text(text)
        done = command(
            "refresh", "--input", delivered, "--as-of", "2026-06-30", "--warehouse", folder / "warehouse"
        )
        (folder / "said.txt").write_text(done.stdout + done.stderr)
        assert done.returncode == 0, done.stderr

    folder = make_once("untidy_refresh", fill)
    return Refreshed(folder / "warehouse"), (folder / "said.txt").read_text()


def test_everybody_is_published_with_what_their_orders_brought(run):
    refreshed, _ = run
    found = refreshed.published("select customer_id, monetary_amount from customer_segments")
    assert {name: float(amount) for name, amount in found} == NET


def test_a_line_that_is_no_row_is_set_aside_with_its_reason(run):
    refreshed, _ = run
    assert refreshed.published(
        "select rows_read, rows_accepted, rows_rejected from input_reconciliation where input_table = 'orders'"
    ) == [(35, 13, 22)]
    ((key, reason),) = refreshed.built(
        "select row_key, reason from marts.rejected_rows where rule_id = 'malformed_line'"
    )
    assert key == "line 36"
    assert reason == (
        "The line is no row: it has more or fewer values than the header, or a quote that does not end "
        "(it has 4 columns where the header has 8)"
    )


def test_a_country_that_no_list_knows_is_said(run):
    _, said = run
    assert (
        "customers.country_code: 1 row holds a word that the seed country_spellings does not know and is of no "
        "known country: 'Freedonia' 1 (nearest: "
    ) in " ".join(said.split())


def test_who_never_paid_never_bought_and_a_told_end_is_an_end(run):
    refreshed, _ = run
    labels = dict(refreshed.published("select customer_id, lifecycle_segment from customer_segments"))
    assert {labels[name] for name in ("free_plan", "comes_later", "cancelled_late")} == {"never_bought"}
    assert labels["trial_priced"] in ("lead", "never_bought")
    assert labels["ended_twice_told"] == "churned"
    # a refund of an order that was not delivered: there was one
    assert labels["paid_back_for_nothing_known"] == "unknown"
    assert refreshed.published(
        "select partly_refunded_orders_count from customer_value_segments where customer_id = 'paid_back_in_euro'"
    ) == [(1,)]
    assert labels["versions"] not in ("lead", "never_bought", "unknown")


def test_who_got_everything_back_or_for_nothing_is_worth_nothing_to_come(run):
    refreshed, _ = run
    worth = refreshed.published(
        "select customer_id from customer_lifetime_values where predicted_clv_amount > 0 and customer_id in "
        "('free', 'goods_and_tax', 'vat_unstated', 'in_thirds', 'too_much', 'credited')"
    )
    assert worth == []


def test_the_money_said_is_that_of_the_marts_and_of_the_files(run):
    refreshed, said = run
    sentence = re.search(r"sales ([\d,.]+) - refunds (-?[\d,.]+) = ([\d,.]+)", " ".join(said.split()))
    sales, refunds, net = (float(text.strip(".").replace(",", "")) for text in sentence.groups())
    assert (sales, net) == (50 + 50 + 60 + 40 + 40 + 70 + 30 + 30 + 40, sum(NET.values()))
    assert refunds == sales - net
    assert refreshed.published("select sum(monetary_amount) from customer_segments") == [(net,)]
    assert "The refunds of 3 orders exceed what was paid by 3,999.50" in " ".join(said.split())


def test_the_money_of_online_retail_is_that_of_its_file(retailer: Refreshed, public_data):
    """Plain SQL over the delivered file: lines of customers, less cancellations of customers, to the penny."""
    import duckdb

    (file,) = (public_data / "online-retail").glob("*.parquet")
    sold, given_back = (
        duckdb.connect()
        .execute(
            f"""
            select
                sum(case when InvoiceNo not like 'C%' then amount end),
                sum(case when InvoiceNo like 'C%' then -amount end)
            from (
                select InvoiceNo, Quantity * cast(UnitPrice as decimal(18, 3)) as amount
                from read_parquet('{file}')
                where CustomerID is not null
            )
            """
        )
        .fetchone()
    )
    totals = retailer.built(
        "select sum(sales_amount), sum(sales_amount - net_amount) from intermediate.int_customer_purchases_as_of "
        "where as_of_date = (select as_of_date from intermediate.int_as_of_dates where is_current)"
    )
    assert [(round(float(sales), 2), round(float(back), 2)) for sales, back in totals] == [
        (round(float(sold), 2), round(float(given_back), 2))
    ]


def test_a_handful_of_buyers_is_not_ranked(run):
    """What they did is told, nobody is a champion or hibernating among twelve."""
    refreshed, _ = run
    buyers = refreshed.published("""
        select distinct rfm_segment, recency_score, value_tier_segment
        from customer_rfm_segments
        inner join customer_value_segments using (customer_id)
        where frequency_count > 0 and historic_value_amount > 0
    """)
    assert buyers == [("too_little_history", None, "too_little_history")]
    usage = refreshed.published("select usage from scheme_usage where scheme = 'rfm'")
    assert usage == [("too_little_data",)]
