"""What a refresh says of unknown words, of customers left out, of known guests and of what personas cover."""

import re
from collections.abc import Iterator

import duckdb
import pytest

from customer_segmentation.run_notices import LISTS, run_notices
from helpers import ROOT

WORDS = "insert into marts.unknown_words values"
LABELS = "insert into marts.customer_clusters values"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("""
            create schema marts;
            create schema intermediate;
            create schema staging;
            create table staging.stg_customer_merges (from_customer_id text, to_customer_id text, rejection_rule_id text);
            create table staging.stg_customers (customer_id text, rejection_rule_id text);
            create schema seeds;
            create table seeds.settings as select 'input' as topic, 'stale_days' as setting, 31.0::double as setting_value;
            create table intermediate.int_purchase_seasons_as_of (as_of_date date, season_starts_on_date date,
                season_ratio double, is_seasonal boolean);
            create table intermediate.int_as_of_dates as select date '2026-06-30' as as_of_date, true as is_current;
            create table intermediate.int_orders_accepted (ordered_date date, net_amount decimal(18, 4),
                gross_amount decimal(18, 4), counts_as_sale boolean);
            create table marts.unknown_words (input_table text, column_name text, word text, rows_count bigint,
                outcome text, nearest_words text);
            create table marts.rejected_rows (input_table text, rule_id text, reason text);
            create table marts.input_reconciliation (input_table text, known_guests_count bigint);
            create table marts.customer_clusters (persona_segment text);
            create table intermediate.int_customer_identities (from_customer_id text);
            create table marts.scheme_usage (scheme text, usage text);
            create table marts.label_evidence (scheme text, segment text, outcome_rank int, bought_ratio double, evidence text);
            create table intermediate.int_contract_rows (subscription_id text, as_of_date date);
            create table intermediate.int_subscriptions_accepted (subscription_id text, ended_date date);
        """)
        yield connection


def test_a_run_without_anything_odd_says_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into marts.input_reconciliation values ('customers', 0), ('orders', null)")
    assert run_notices(connection) == []


def test_a_project_without_these_tables_says_nothing() -> None:
    with duckdb.connect() as empty:
        assert run_notices(empty) == []


def test_words_are_named_with_their_count_and_the_nearest_ones(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"{WORDS} ('orders', 'status', 'complteed', 1200, 'rejected', 'completed')")
    connection.execute(f"{WORDS} ('orders', 'status', 'zzz', 3, 'rejected', null)")
    assert run_notices(connection) == [
        "orders.status: 1,203 rows hold words that the seed order_statuses does not know and are rejected: "
        "'complteed' 1,200 (nearest: completed), 'zzz' 3; add the words to the seed or map them in the adapter."
    ]


def test_every_column_whose_words_are_told_has_a_list_to_add_them_to() -> None:
    model = ROOT / "macros/contract/looked_up_words.sql"
    looked_up = re.findall(r"^    \('(\w+)', '(?:unknown_)?(\w+)', '", model.read_text(), re.MULTILINE)
    assert looked_up
    assert set(LISTS) == set(looked_up)


def test_a_business_of_one_season_is_told_how_it_is_read(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        insert into seeds.settings values ('season', 'season_weeks', 13), ('season', 'season_gap_days', 200);
        insert into intermediate.int_purchase_seasons_as_of values
            ('2026-06-30', '2025-10-22', 0.874, true), ('2026-05-31', '2025-10-15', 0.9, true)
    """)
    assert run_notices(connection) == [
        "lifecycle: the business sells in one season, 87% or more of a year's purchase days fell into the 13 weeks "
        "from 22 October on, in each of the last two years; usual gaps below 200 days count as that, so who bought "
        "in the last season is not at risk before the next one."
    ]
    connection.execute("update intermediate.int_purchase_seasons_as_of set is_seasonal = false")
    assert run_notices(connection) == []


def test_words_of_campaigns_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"{WORDS} ('campaigns', 'channel', 'pigeon', 2, 'taken for no e-mail', null)")
    assert run_notices(connection) == [
        "campaigns.channel: 2 rows hold words that the seed campaign_channels does not know and are taken for "
        "no e-mail: 'pigeon' 2; add the words to the seed or map them in the adapter."
    ]


def test_of_many_words_the_first_five_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    for count in range(1, 8):
        connection.execute(f"{WORDS} ('orders', 'channel', 'word {count}', {count}, 'of a kind', null)")
    (notice,) = run_notices(connection)
    assert "28 rows" in notice
    assert "'word 7' 7, 'word 6' 6, 'word 5' 5, 'word 4' 4, 'word 3' 3 and 2 more;" in notice


def test_staff_and_tests_are_counted_by_word(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        insert into marts.rejected_rows values
            ('customers', 'internal_customer', 'It is internal (employee)'),
            ('customers', 'internal_customer', 'It is internal (employee)'),
            ('customers', 'internal_customer', 'It is internal (test)'),
            ('customers', 'missing_value', 'A value that is needed is missing')
    """)
    assert run_notices(connection) == [
        "customers: 3 internal, employee or test customers are left out of all segments: employee 2, test 1."
    ]


@pytest.mark.parametrize(
    ("joined", "outcome"), [(0, "stay customers of their own"), (4, "count as that customer")]
)
def test_known_guests_are_said(connection: duckdb.DuckDBPyConnection, joined: int, outcome: str) -> None:
    connection.execute("insert into marts.input_reconciliation values ('customers', 4)")
    connection.execute("insert into intermediate.int_customer_identities select 'g' from range(?)", [joined])
    (notice,) = run_notices(connection)
    assert notice.startswith("customers: 4 guests have the e-mail of a known customer and ")
    assert outcome in notice


def test_merges_that_lead_nowhere_are_counted(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        insert into staging.stg_customers values
            ('merged', null), ('lost', null), ('internal', 'internal_customer');
        insert into staging.stg_customer_merges values
            ('merged', 'survivor', null), ('lost', 'gone', null), ('lost', 'gone', 'exact_duplicate'),
            ('internal', 'gone', null), ('old name', 'gone', null);
        insert into intermediate.int_customer_identities values ('merged');
    """)
    assert run_notices(connection) == [
        "customer_merges: 1 customer is merged into one that was not delivered, or in a circle, and stays as before; "
        "deliver the survivors in customers."
    ]


def test_a_cancellation_to_a_later_day_is_said(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        insert into intermediate.int_contract_rows values
            ('open', '2026-06-30'), ('ended', '2026-06-30'), ('in July', '2026-06-30'), ('in August', '2026-06-30');
        insert into intermediate.int_subscriptions_accepted values
            ('open', null), ('ended', '2026-06-30'), ('in July', '2026-07-01'), ('in August', '2026-08-01'),
            ('free until October', '2026-10-01')
    """)
    assert run_notices(connection) == [
        "subscriptions: 2 that run on 2026-06-30 are to end later, the first on 2026-07-01; "
        "until then they count as running."
    ]


def test_personas_say_how_many_buyers_they_cover(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"{LABELS} ('persona_1'), ('persona_2'), ('provisional_cluster_3'), ('not_applicable')"
    )
    connection.execute(f"{LABELS[:-7]} select 'too_few_orders' from range(25)")
    assert run_notices(connection) == [
        "personas: 2 personas cover 2 of 28 buyers (7%); 25 have too few orders to show habits."
    ]


def test_labels_whose_order_the_data_deny_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        insert into marts.label_evidence values
            ('lifecycle', 'dormant', 4, 0.594, 'out_of_order'), ('lifecycle', 'active', 2, 0.2, 'out_of_order'),
            ('lifecycle', 'churned', 5, 0.3, 'too_few_customers'), ('rfm', 'loyal', 2, 0.9, 'in_order')
    """)
    assert run_notices(connection) == [
        "lifecycle: the order of its labels does not hold on these data, of their customers bought within "
        "90 days: active 20%, dormant 59%; see label_evidence before acting on them."
    ]


def test_it_is_said_that_no_forecast_held(connection):
    connection.execute("insert into marts.scheme_usage values ('primary_value', 'in_use')")
    assert run_notices(connection) == []
    connection.execute("update marts.scheme_usage set usage = 'no_forecast'")
    (said,) = run_notices(connection)
    assert said.startswith("No value to come is published: the best forecast of orders missed")


def test_an_old_delivery_is_said_and_one_of_a_month_is_not(connection):
    connection.execute(
        "insert into intermediate.int_orders_accepted values ('2026-05-30', 1, 1, true), ('2026-07-15', 1, 1, true)"
    )
    assert run_notices(connection) == []
    connection.execute(
        "update intermediate.int_orders_accepted set ordered_date = '2026-05-29' where ordered_date = '2026-05-30'"
    )
    assert run_notices(connection) == [
        "orders: the newest is of 2026-05-29, 32 days before the as-of date 2026-06-30; if newer ones are missing, "
        "refresh with --as-of 2026-05-29."
    ]


def test_sales_without_an_amount_are_said(connection):
    connection.execute(
        "insert into intermediate.int_orders_accepted values ('2026-06-30', 0, null, true), "
        "('2026-06-30', 0, 10, true), ('2026-06-30', 0, 0, false), ('2026-06-30', 0, 0, true), ('2026-06-30', 5, 5, true)"
    )
    assert run_notices(connection) == [
        "orders: 2 orders that count as sales have no amount, or 0 (of 4), and count as purchases that are worth nothing."
    ]


def test_addresses_that_differ_in_capitals_are_said(connection):
    connection.execute(
        "insert into staging.stg_customers values ('ann@example.com', null), ('Ann@example.com', null), ('bob', null), "
        "('BOB', 'exact_duplicate'), ('ann@example.com', null)"
    )
    assert run_notices(connection) == [
        "customers: 2 customer_ids differ from another one only in capitals and are customers of their own; "
        "write them alike if they are one."
    ]
