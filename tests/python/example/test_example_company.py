"""The example company keeps its promises: the contract's columns, consistent rows, a recoverable truth."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaln
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from customer_segmentation.example import company, generate_example_company

CONTRACT = {
    "customers": (
        "customer_id customer_type customer_name email created_at status acquisition_source "
        "first_touch_source referred_by_customer_id country_code region city district postal_code birth_date age_band "
        "gender annual_income income_band occupation education employment_status employer "
        "marital_status household_size children_count home_ownership marketing_consent "
        "health_data_consent"
    ),
    "accounts": (
        "customer_id parent_customer_id industry naics_code employee_count annual_revenue "
        "annual_ad_spend organization_type headquarters_country_code founded_year "
        "procurement_model"
    ),
    "contacts": "contact_id customer_id email job_title department responsibilities seniority "
    "is_decision_maker",
    "users": "user_id contact_id customer_id signed_up_at trial_started_at trial_ended_at",
    "orders": (
        "order_id customer_id contact_id ordered_at status channel store_id ship_to_country_code "
        "currency_code gross_amount discount_amount shipping_amount tax_amount net_amount "
        "is_free_shipping coupon_code requested_delivery_at is_gift"
    ),
    "order_items": "order_id line_number product_id quantity unit_price discount_amount net_amount",
    "stores": "store_id store_kind country_code region city",
    "refunds": "refund_id order_id refunded_at amount reason customer_id",
    "products": (
        "product_id product_name category department brand is_accessibility_feature "
        "is_for_body is_for_surroundings use_case"
    ),
    "subscriptions": (
        "subscription_id customer_id plan plan_tier billing_interval seats mrr_amount "
        "currency_code started_at ended_at cancellation_reason"
    ),
    "product_events": (
        "event_id user_id anonymous_id customer_id event_name occurred_at device_type "
        "device_model operating_system browser app_version page_path duration_seconds"
    ),
    "technologies": "customer_id technology category source first_seen_at last_seen_at",
    "campaigns": "campaign_id channel kind cost_amount experiment_arm",
    "campaign_events": (
        "contact_id customer_id campaign_id event_type occurred_at device_type operating_system"
    ),
    "social_interactions": "customer_id network interaction_type occurred_at",
    "support_tickets": "ticket_id customer_id user_id opened_at closed_at channel topic satisfaction_score",
    "reviews": "customer_id product_id rating reviewed_at",
    "survey_responses": "respondent_id customer_id question_key answer answered_at",
    "opportunities": (
        "opportunity_id customer_id stage amount currency_code created_at stage_entered_at closed_at is_won "
        "use_case urgency needed_by_date product_id"
    ),
    "exchange_rates": "currency_code rate_date rate_to_reporting",
    "erasure_requests": "customer_id requested_at",
    "customer_merges": "from_customer_id to_customer_id",
}
UNTIL = date(2026, 6, 30)
SALES = "('completed', 'shipped', 'delivered', 'paid', 'refunded')"


def generate(folder: Path, **options) -> dict[str, int]:
    return generate_example_company(folder, until=UNTIL, **options)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """The input tables, `truth`, `dirt`, `survivors` (of merges) and `sales`: the orders that a careful reader counts."""
    connection = duckdb.connect()
    for table in CONTRACT:
        connection.execute(f"create view {table} as select * from '{folder}/{table}.parquet'")
    connection.execute(f"create view truth as select * from '{folder}/truth/customers.parquet'")
    connection.execute(f"create view dirt as select * from '{folder}/truth/dirt.parquet'")
    connection.execute("""
        create table survivors as
        with recursive steps as (
            select from_customer_id as old_id, to_customer_id as customer_id from customer_merges
            union all
            select steps.old_id, customer_merges.to_customer_id
            from steps join customer_merges on steps.customer_id = customer_merges.from_customer_id
        )
        select * from steps where customer_id not in (select from_customer_id from customer_merges)
    """)
    connection.execute(f"""
        create table sales as
        select distinct on (order_id)
            trim(order_id) as order_id,
            coalesce(survivors.customer_id, trim(orders.customer_id)) as customer_id,
            cast(ordered_at as date) as ordered_date,
            orders.* exclude (order_id, customer_id)
        from orders left join survivors on trim(orders.customer_id) = survivors.old_id
        where lower(trim(status)) in {SALES}
            and trim(order_id) not in (
                select row_key from dirt
                where input_table = 'orders' and (kind = 'future' or expected = 'rejected')
                    and kind not in ('exact_duplicate', 'conflicting_duplicate')
            )
            and trim(order_id) <> ''
        order by order_id, ordered_at desc
    """)
    return connection


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example_3000")
    generate(folder)
    return folder


@pytest.fixture(scope="module")
def read(small: Path) -> duckdb.DuckDBPyConnection:
    return connect(small)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example_20000")
    generate(folder, customers=20_000)
    return folder


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*.*"))
    }


def test_generate_example_company_writes_every_table_with_the_columns_of_the_contract(small):
    for table, columns in CONTRACT.items():
        assert pq.read_schema(small / f"{table}.parquet").names == columns.split(), table
    assert {file.stem for file in small.glob("*.parquet")} == set(CONTRACT)


def test_generate_example_company_writes_plain_types(small):
    for table in CONTRACT:
        for field in pq.read_schema(small / f"{table}.parquet"):
            kind = str(field.type)
            if field.name.endswith("_at"):
                assert kind == "timestamp[us]", (table, field.name)
            elif field.name.endswith("_amount") or field.name in ("amount", "unit_price", "annual_revenue"):
                assert kind == "decimal128(18, 2)", (table, field.name)
            elif field.name.startswith("is_") or field.name == "marketing_consent":
                assert kind == "bool", (table, field.name)
            elif field.name.endswith("_id"):
                assert kind == "string", (table, field.name)


def test_generate_example_company_returns_the_rows_it_wrote(tmp_path):
    counts = generate(tmp_path, customers=200)
    assert counts == {t: pq.read_metadata(tmp_path / f"{t}.parquet").num_rows for t in CONTRACT}


def test_generate_example_company_gives_the_same_bytes_for_the_same_seed(small, tmp_path):
    generate(tmp_path / "again")
    assert fingerprints(tmp_path / "again") == fingerprints(small)
    generate(tmp_path / "other", seed=43)
    changed = fingerprints(tmp_path / "other")
    assert changed["orders.parquet"] != fingerprints(small)["orders.parquet"]


@pytest.mark.parametrize("customers", [1, 2, 25])
def test_generate_example_company_works_for_very_few_customers(customers, tmp_path):
    generate(tmp_path, customers=customers)
    assert pq.read_metadata(tmp_path / "truth" / "customers.parquet").num_rows == customers


def test_generate_example_company_refuses_no_customers(tmp_path):
    with pytest.raises(ValueError, match="at least 1"):
        generate(tmp_path, customers=0)


def test_generate_example_company_ends_on_a_leap_day(tmp_path):
    generate_example_company(tmp_path, customers=50, until=date(2024, 2, 29))
    last = duckdb.sql(f"select max(rate_date) from '{tmp_path}/exchange_rates.parquet'").fetchone()[0]
    assert last == date(2024, 2, 29)


def test_generate_example_company_keeps_ids_unique_over_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(company, "BLOCK_SIZE", 150)
    generate(tmp_path, customers=400)
    connection = connect(tmp_path)
    for table, key in (
        ("customers", "customer_id"),
        ("orders", "order_id"),
        ("product_events", "event_id"),
        ("users", "user_id"),
        ("contacts", "contact_id"),
        ("refunds", "refund_id"),
        ("subscriptions", "subscription_id"),
        ("support_tickets", "ticket_id"),
        ("opportunities", "opportunity_id"),
    ):
        repeated = connection.sql(f"""
            select count(*) from (
                select trim({key}) as key from {table} where trim({key}) <> '' group by 1 having count(*) > 1
            ) where key not in (select row_key from dirt where input_table = '{table}')
        """).fetchone()[0]
        assert repeated == 0, table


def test_inputs_refer_to_rows_that_exist(read):
    # the orders hold planted orphans
    for table in [name for name, columns in CONTRACT.items() if "customer_id" in columns.split()]:
        if table in ("orders", "customers"):
            continue
        lost = read.sql(f"""
            select count(*) from {table}
            where customer_id is not null
                and trim(customer_id) not in (select customer_id from truth)
        """).fetchone()[0]
        assert lost == 0, table
    for child, column, parent in (
        ("orders", "store_id", "stores"),
        ("orders", "contact_id", "contacts"),
        ("users", "contact_id", "contacts"),
        ("order_items", "product_id", "products"),
        ("reviews", "product_id", "products"),
        ("opportunities", "product_id", "products"),
        ("product_events", "user_id", "users"),
        ("support_tickets", "user_id", "users"),
        ("campaign_events", "campaign_id", "campaigns"),
    ):
        lost = read.sql(f"""
            select count(*) from {child}
            where {column} is not null and {column} not in (select trim({column}) from {parent})
        """).fetchone()[0]
        assert lost == 0, (child, column)


def test_inputs_hold_nothing_after_until_but_planted_faults(read):
    for table, column in (
        ("orders", "ordered_at"),
        ("product_events", "occurred_at"),
        ("campaign_events", "occurred_at"),
        ("refunds", "refunded_at"),
        ("subscriptions", "started_at"),
        ("support_tickets", "opened_at"),
        ("reviews", "reviewed_at"),
    ):
        outside = read.sql(f"""
            select count(*) from {table} 
            where {column} >= timestamp '2026-07-01' or {column} < timestamp '2023-06-30'
        """).fetchone()[0]
        planted = read.sql(f"""
            select count(*) from dirt
            where input_table = '{table}' and kind in ('epoch', 'future', 'far_future')
        """).fetchone()[0]
        assert outside == planted, table


def test_inputs_show_the_planted_shares(read):
    business, buyers, consent = read.sql("""
        select avg((customer_type = 'business')::int), avg((status in ('customer', 'partner'))::int),
            avg(marketing_consent::int)
        from customers
    """).fetchone()
    assert business == pytest.approx(0.36, abs=0.03)
    assert buyers == pytest.approx(0.83, abs=0.03)
    assert consent == pytest.approx(0.86, abs=0.03)
    orders, events, orders_per_buyer = read.sql("""
        select (select count(*) from orders), (select count(*) from product_events),
            (select avg(purchases_count) from truth where is_buyer)
    """).fetchone()
    assert 20_000 < orders < 40_000
    assert 60_000 < events < 120_000
    assert 8 < orders_per_buyer < 13
    states = read.sql("""
        select count(*) filter (status in ('cancelled', 'canceled')) / count(*),
            count(*) filter (status = 'test') / count(*), count(*) filter (status = 'refunded') / count(*),
            count(distinct currency_code)
        from orders
    """).fetchone()
    assert states[0] == pytest.approx(0.03, abs=0.01)
    assert 0.001 < states[1] < 0.01
    assert 0.005 < states[2] < 0.02
    assert states[3] >= 5


def test_inputs_have_hierarchies_trials_and_experiments(read):
    depths = read.sql("""
        with recursive tree as (
            select customer_id, 1 as depth from accounts where parent_customer_id is null
            union all
            select accounts.customer_id, tree.depth + 1
            from accounts join tree on accounts.parent_customer_id = tree.customer_id
        )
        select max(depth), count(*) filter (depth > 1) from tree
    """).fetchone()
    assert depths[0] == 3
    assert depths[1] > 50
    trials = read.sql("""
        select count(*) filter (trial_ended_at is null), count(*) filter (trial_ended_at is not null),
            count(*) filter (trial_ended_at in (
                select started_at from subscriptions where customer_id = users.customer_id
            ))
        from users where trial_started_at is not null
    """).fetchone()
    assert min(trials) > 5
    arms = dict(
        read.sql("""
            select experiment_arm, count(*) filter (event_type = 'sent') from campaign_events
            join campaigns using (campaign_id) where experiment_arm is not null group by 1
        """).fetchall()
    )
    assert set(arms) == {"control", "treatment"}
    assert min(arms.values()) > 500


def test_order_items_add_up_to_their_order(read):
    wrong, negative, orders = read.sql("""
        with lines as (
            select order_id, sum(net_amount) as net, sum(discount_amount) as discount,
                sum(quantity * unit_price) as gross, min(net_amount) as smallest
            from (select distinct * from order_items)
            group by 1
        )
        select count(*) filter (
                lines.net <> sales.net_amount or lines.gross <> sales.gross_amount
                or lines.discount <> sales.discount_amount or lines.gross - lines.discount <> lines.net
            ),
            count(*) filter (lines.smallest < 0), count(*)
        from sales left join lines using (order_id)
    """).fetchone()
    assert wrong == 0
    assert negative == 0
    assert orders > 20_000


def test_refunds_follow_their_order_and_stay_below_it(read):
    early, above, late, rows = read.sql("""
        select count(*) filter (refunds.refunded_at < sales.ordered_at),
            count(*) filter (refunds.amount > sales.net_amount),
            count(*) filter (refunds.refunded_at > sales.ordered_at + interval 30 day), count(*)
        from refunds join sales using (order_id)
        where refund_id not in (
            select row_key from dirt where input_table = 'refunds' and kind = 'above_order'
        )
    """).fetchone()
    assert early == above == 0
    assert late > 20
    assert rows > 500


@pytest.mark.parametrize(("customers", "seed"), [(200, 42), (200, 1), (200, 2), (1_000, 7)])
def test_inputs_hold_what_careless_readers_count_wrongly(customers, seed, tmp_path):
    generate(tmp_path, customers=customers, seed=seed)
    connection = connect(tmp_path)

    def count(query: str) -> int:
        return connection.sql(query).fetchone()[0]

    free = "coalesce(mrr_amount, 0) = 0"
    for kind, condition in {
        "running free plan": f"plan_tier = 'free' and {free} and ended_at is null",
        "free plan before a contract": "plan_tier = 'free' and cancellation_reason = 'upgraded'",
        "amount left out": "mrr_amount is null",
        "amount of zero": "mrr_amount = 0",
        "lapsed trial": f"plan_tier = 'trial' and {free} and ended_at is not null"
        " and cancellation_reason is distinct from 'upgraded'",
        "trial that became paid": f"plan_tier = 'trial' and {free} and ended_at in ("
        "select started_at from subscriptions as paid"
        " where paid.customer_id = subscriptions.customer_id and paid.mrr_amount > 0)",
        "ended on its first day": "mrr_amount > 0 and ended_at::date = started_at::date",
        "stands under an old id": "customer_id in (select old_id from survivors)",
    }.items():
        assert count(f"select count(*) from subscriptions where {condition}") >= 1, kind

    states = {"cancelled": "('cancelled', 'canceled')", "test": "('test')"}
    for kind, words in states.items():
        assert count(f"""
            select count(*) from refunds join orders on refunds.order_id = trim(orders.order_id)
            where lower(trim(status)) in {words}
        """) >= 2, kind  # fmt: skip
    refunds = connection.sql("""
        select order_id, any_value(sales.currency_code) as currency, any_value(net_amount) as net,
            count(*) as refunds, sum(amount) as amount, min(amount) as smallest
        from (select distinct * from refunds) join sales using (order_id)
        where refund_id not in (select row_key from dirt where input_table = 'refunds' and kind = 'above_order')
        group by 1
    """).df()
    assert (refunds["amount"] <= refunds["net"]).all()
    assert (refunds["smallest"] > 0).all()
    is_foreign = refunds["currency"] != "USD"
    is_partial = refunds["amount"] < refunds["net"]
    is_repeated = refunds["refunds"] > 1
    assert (is_foreign & is_partial).sum() >= 2
    assert (is_foreign & is_repeated).sum() >= 2
    assert (is_repeated & ~is_foreign).sum() >= 1

    for table in ("orders", "product_events"):
        old_rows = f"select count(*) from {table} where trim(customer_id) in (select old_id from survivors)"
        assert count(old_rows) >= 4, table
    # both ends of a chain of two have orders of their own, and so has the survivor
    chain = connection.sql("""
        select first.from_customer_id, second.from_customer_id, second.to_customer_id
        from customer_merges as first join customer_merges as second
            on first.to_customer_id = second.from_customer_id
        limit 1
    """).fetchone()
    for customer_id in chain:
        assert count(f"select count(*) from orders where trim(customer_id) = '{customer_id}'") >= 1
    used = count("select count(distinct currency_code) from sales where currency_code <> 'USD'")
    assert used >= 3
    on_weekends = count(
        "select count(*) from sales where isodow(ordered_date) > 5 and currency_code <> 'USD'"
    )
    assert on_weekends > 20


@pytest.mark.parametrize("customers", [200, 3_000])
def test_totals_tell_wrong_rates_apart(customers, tmp_path):
    """Not converting, the oldest rate of all and the oldest of a week each change the total by more than a cent."""
    generate(tmp_path, customers=customers)
    connection = connect(tmp_path)
    right, unconverted, oldest, week_old = connection.sql("""
        with priced as (
            select sales.currency_code, sales.net_amount::double as net, sales.ordered_date, rate_to_reporting
            from sales asof join exchange_rates
                on sales.currency_code = exchange_rates.currency_code
                and sales.ordered_date >= exchange_rates.rate_date
        )
        select sum(net * priced.rate_to_reporting), sum(net),
            sum(net * (select arg_min(rate_to_reporting, rate_date) from exchange_rates as rates
                where rates.currency_code = priced.currency_code)),
            sum(net * before.rate_to_reporting)
        from priced asof join exchange_rates as before
            on priced.currency_code = before.currency_code and priced.ordered_date - 7 >= before.rate_date
    """).fetchone()
    for wrong in (unconverted, oldest, week_old):
        assert abs(wrong - right) > 0.0001 * right


def test_exchange_rates_move_on_business_days_and_give_back_the_planted_spend(read):
    moves = read.sql("""
        select currency_code, count(*) as days, count(distinct rate_to_reporting) as rates,
            count(*) filter (isodow(rate_date) > 5) as weekend_days,
            max(date_diff('day', previous_date, rate_date)) as longest_gap, max(rate_date) as last_date
        from (
            select *, lag(rate_date) over (partition by currency_code order by rate_date) as previous_date
            from exchange_rates
        )
        group by 1
    """).df()
    foreign = moves["currency_code"] != "USD"
    assert foreign.sum() >= 3
    assert (moves.loc[foreign, "rates"] > 0.9 * moves.loc[foreign, "days"]).all()
    assert (moves.loc[~foreign, "rates"] == 1).all()
    assert (moves["weekend_days"] == 0).all()
    assert (moves["longest_gap"] == 3).all()
    assert (moves["last_date"].dt.date == UNTIL).all()
    by_currency = read.sql("""
        select sales.currency_code, avg(net_amount::double * rate_to_reporting) as mean, count(*) as orders
        from sales asof join exchange_rates
            on sales.currency_code = exchange_rates.currency_code
            and sales.ordered_date >= exchange_rates.rate_date
        group by 1 having count(*) > 1000
    """).df()
    assert len(by_currency) >= 4
    assert by_currency["mean"].between(75, 110).all()


def test_truth_agrees_with_the_orders_once_the_faults_are_taken_out(read):
    counted = read.sql("""
        select count(*), count(*) filter (
            truth.purchases_count <> found.orders or truth.first_purchase_date <> found.first_date
            or truth.last_purchase_date <> found.last_date or found.orders <> found.days
        )
        from truth left join (
            select customer_id, count(*) as orders, count(distinct ordered_date) as days,
                min(ordered_date) as first_date, max(ordered_date) as last_date
            from sales group by 1
        ) as found using (customer_id)
        where truth.is_buyer
    """).fetchone()
    assert counted[0] > 2000
    assert counted[1] == 0
    left_late = read.sql(
        "select count(*) from truth where churned_date is not null and purchases_next_365_days_count > 0"
    ).fetchone()[0]
    assert left_late == 0


def test_truth_expects_what_happens_after_until(large):
    truth = pd.read_parquet(large / "truth" / "customers.parquet").query("is_buyer")
    for days in (90, 365):
        expected = truth[f"expected_purchases_next_{days}_days"]
        real = truth[f"purchases_next_{days}_days_count"]
        assert real.sum() == pytest.approx(expected.sum(), rel=0.03)
        # also within each tenth of the customers who are still there
        alive = truth["is_alive"].astype(bool)
        band = pd.qcut(expected[alive], 10, labels=False)
        ratio = real[alive].groupby(band).sum() / expected[alive].groupby(band).sum()
        assert ratio.between(0.75, 1.25).all()


def test_truth_stays_out_of_the_inputs(small):
    planted = set(pq.read_schema(small / "truth" / "customers.parquet").names)
    names = {name for columns in CONTRACT.values() for name in columns.split()}
    assert planted & names == {"customer_id", "procurement_model"}
    assert sorted(file.name for file in (small / "truth").iterdir()) == [
        "customers.parquet",
        "dirt.parquet",
        "parameters.json",
    ]
    parameters = json.loads((small / "truth" / "parameters.json").read_text(encoding="utf-8"))
    assert set(parameters["bg_nbd"]) == {"r", "alpha", "a", "b"}
    assert set(parameters["gamma_gamma"]) == {"p", "q", "gamma"}
    assert len(parameters["clusters"]) == 5


def test_dirt_is_listed_row_by_row(read):
    shares = read.sql("""
        select input_table, count(*) as faults,
            count(*) filter (expected not in ('accepted', 'rejected')) as odd
        from dirt group by 1
    """).df()
    assert shares["odd"].sum() == 0
    assert {"orders", "customers", "product_events", "subscriptions", "refunds"} <= set(shares["input_table"])
    ratio = shares["faults"].sum() / sum(
        read.sql(f"select count(*) from {table}").fetchone()[0] for table in shares["input_table"]
    )
    assert 0.001 < ratio < 0.006
    for kind, condition in (
        ("unknown_status", "status = 'teleported'"),
        ("negative_amount", "net_amount < 0"),
        ("unknown_currency", "currency_code = 'XXX'"),
        ("null_customer_id", "customer_id is null"),
        ("blank_customer_id", "customer_id = '   '"),
        ("text_instead_of_customer_id", "customer_id = 'N/A'"),
        ("far_future", "ordered_at > timestamp '9999-01-01'"),
        ("epoch", "ordered_at = timestamp '1970-01-01'"),
    ):
        planted = read.sql(
            f"""
            select count(*) from dirt
            where input_table = 'orders' and kind = '{kind}' and expected = 'rejected'
            """
        ).fetchone()[0]
        assert read.sql(f"select count(*) from orders where {condition}").fetchone()[0] == planted >= 2, kind


def fit_bg_nbd(purchases_count: np.ndarray, recency_weeks: np.ndarray, age_weeks: np.ndarray) -> np.ndarray:
    """Maximum likelihood of r, alpha, a, b, written down plainly as an independent check."""
    x = purchases_count - 1.0

    def loss(logarithms: np.ndarray) -> float:
        r, alpha, a, b = np.exp(logarithms)
        shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        alive = betaln(a, b + x) - (r + x) * np.log(alpha + age_weeks)
        # from here on x > 0: where x = 0 the second term does not exist
        left = betaln(a + 1.0, np.where(x > 0, b + x - 1.0, 1.0))
        left -= (r + x) * np.log(alpha + recency_weeks)
        return -np.mean(shared + np.logaddexp(alive, np.where(x > 0, left, -np.inf)))

    return np.exp(minimize(loss, np.zeros(4), method="L-BFGS-B").x)


def test_bg_nbd_parameters_are_recovered_from_the_orders(large):
    found = (
        connect(large)
        .sql(f"""
        select count(*) as purchases_count,
            date_diff('day', min(ordered_date), max(ordered_date)) / 7 as recency_weeks,
            date_diff('day', min(ordered_date), date '{UNTIL}') / 7 as age_weeks
        from sales group by customer_id
    """)
        .df()
    )
    planted = json.loads((large / "truth" / "parameters.json").read_text(encoding="utf-8"))["bg_nbd"]
    fitted = fit_bg_nbd(*(found[name].to_numpy() for name in found))
    np.testing.assert_allclose(fitted, [planted[name] for name in ("r", "alpha", "a", "b")], rtol=0.10)


def habits(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Seven measures per customer with three or more orders, from the input tables alone."""
    return connection.sql("""
        with bought as (
            select customer_id, count(*) as orders, avg((discount_amount > 0)::int) as discounted_ratio,
                avg((channel = 'online')::int) as online_ratio
            from sales group by 1
        ),
        lines as (
            select customer_id, count(distinct category) as categories,
                count(*) / count(distinct order_id) as lines_per_order
            from (select distinct * from order_items)
            join sales using (order_id)
            join products using (product_id)
            group by 1
        ),
        owners as (select distinct trim(user_id) as user_id, customer_id from users),
        events as (
            select coalesce(product_events.customer_id, owners.customer_id) as customer_id, count(*) as events
            from product_events left join owners using (user_id)
            where occurred_at >= timestamp '2025-07-01' and occurred_at < timestamp '2026-07-01'
            group by 1
        ),
        mail as (
            select customer_id, count(*) filter (event_type = 'clicked')
                / nullif(count(*) filter (event_type = 'opened'), 0) as clicked_ratio
            from campaign_events group by 1
        ),
        tickets as (
            select customer_id, count(distinct ticket_id) as tickets from support_tickets group by 1
        )
        select true_cluster, discounted_ratio, online_ratio, categories, lines_per_order,
            coalesce(events, 0) as events, coalesce(clicked_ratio, 0.25) as clicked_ratio,
            coalesce(tickets, 0) as tickets
        from bought join (select customer_id, true_cluster from truth) using (customer_id)
        left join lines using (customer_id)
        left join events using (customer_id) left join mail using (customer_id)
        left join tickets using (customer_id)
        where bought.orders >= 3
    """).df()


@pytest.mark.parametrize("size", ["small", "large"])
def test_planted_clusters_are_recovered_from_the_inputs(size, request):
    frame = habits(connect(request.getfixturevalue(size)))
    measures = np.log1p(frame.drop(columns="true_cluster").astype(float))
    standardised = ((measures - measures.mean()) / measures.std()).to_numpy()
    found = KMeans(5, n_init=5, random_state=0).fit_predict(standardised)
    assert adjusted_rand_score(frame["true_cluster"], found) >= 0.7
