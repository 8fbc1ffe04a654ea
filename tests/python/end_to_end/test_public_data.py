"""Real and third-party data through the three adapters: nothing is lost, and every figure that is known is found."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from helpers.refreshed import Refreshed

pytestmark = [pytest.mark.warehouse, pytest.mark.public_data]


def test_online_retail_finds_the_known_sales(retailer: Refreshed) -> None:
    sales = retailer.built(
        "select count(*), count(distinct customer_id), sum(net_amount) from intermediate.int_orders_valued"
    )
    assert sales == [(18_532, 4_338, Decimal("8911407.9040"))]
    lines = retailer.built("select count(*), sum(net_amount) from intermediate.int_order_items_accepted")
    assert lines == [(397_884, Decimal("8911407.9040"))]


def test_online_retail_accounts_for_every_line(retailer: Refreshed) -> None:
    counts = {
        table: (read, accepted, rejected)
        for table, read, accepted, rejected in retailer.published(
            "select input_table, rows_read, rows_accepted, rows_rejected from input_reconciliation where is_declared"
        )
    }
    assert counts["order_items"][0] + counts["refunds"][0] == 541_909
    assert counts["order_items"] == (532_621, 397_884, 134_737)
    assert counts["refunds"] == (9_288, 8_905, 383)
    quarantined = retailer.built(
        "select count(*), count(reason) from marts.rejected_rows where input_table in ('order_items', 'refunds')"
    )
    assert quarantined == [(134_737 + 383, 134_737 + 383)]


def test_online_retail_money_of_the_segments_is_the_money_of_the_customers(retailer: Refreshed) -> None:
    by_scheme = retailer.published(
        "select scheme, sum(revenue_amount) from segment_profiles "
        "where as_of_date = (select as_of_date from publish_info) group by scheme"
    )
    by_customer = retailer.built(
        "select sum(net_last_365_days_amount) from intermediate.int_customer_purchases_as_of "
        "where as_of_date = date '2011-12-10'"
    )[0][0]
    for scheme, revenue in by_scheme:
        assert abs(revenue - by_customer) < Decimal("0.5"), scheme


def test_online_retail_scores_by_the_candidate_that_errs_least(retailer: Refreshed) -> None:
    errors = retailer.published(
        "select model, bool_or(is_chosen), avg(value) as error from clv_backtest "
        "where measure = 'root_mean_squared_error' group by model order by error"
    )
    assert len(errors) >= 5
    assert [is_chosen for _, is_chosen, _ in errors] == [True, *[False] * (len(errors) - 1)]
    scored = retailer.published(
        "select distinct clv_model, clv_status from customer_lifetime_values where clv_status <> 'no_orders'"
    )
    ((model, status),) = scored
    assert model == errors[0][0]
    naive = not model.endswith("_nbd")
    assert status in ("loses_to_naive_forecast", "misses_held_out_total") if naive else True


def test_online_retail_totals_come_near_what_was_sold_or_are_null(retailer: Refreshed) -> None:
    misses = retailer.published(
        "select max(abs(value)) from clv_backtest "
        "where is_chosen and measure in ('calibrated_bias_ratio', 'calibrated_spend_bias_ratio')"
    )
    values = retailer.published("select count(predicted_orders_amount) from customer_lifetime_values")
    assert misses[0][0] <= 0.25 or values == [(0,)]


def test_crm_accounts_have_sector_size_and_parent(crm: Refreshed) -> None:
    firmographics = crm.published(
        "select count(*), count(*) filter (where industry_sector_segment <> 'unknown'), "
        "count(*) filter (where company_size_segment not in ('unknown', 'not_applicable')), "
        "count(*) filter (where ultimate_parent_customer_id <> customer_id) from customer_firmographic_segments"
    )
    assert firmographics == [(85, 85, 85, 15)]


def test_crm_keeps_the_deals_of_a_misspelt_product_and_rejects_those_without_account(crm: Refreshed) -> None:
    counts = crm.published(
        "select rows_read, rows_accepted, rows_rejected from input_reconciliation where input_table = 'opportunities'"
    )
    assert counts == [(8_800, 7_375, 1_425)]
    reasons = crm.built(
        "select reason, count(*) from marts.rejected_rows where input_table = 'opportunities' group by reason"
    )
    assert reasons == [("A value that is needed is missing (customer_id is missing)", 1_425)]
    won = crm.built("select count(*), sum(net_amount) from intermediate.int_orders_valued")
    assert won == [(4_238, Decimal("10005534.0000"))]


def test_subscriptions_of_a_software_company_become_contracts(software: Refreshed) -> None:
    """778 trials at nothing are no contract, nor are 13 that ended on their first day; all 500 accounts have one."""
    paid, customers, revenue = software.built(
        "select count(*), count(distinct customer_id), sum(mrr_amount) from intermediate.int_contract_rows"
    )[0]
    assert (paid, customers, revenue) == (4_209, 500, Decimal("11292423.0000"))
    labelled = software.published(
        "select count(*), count(*) filter (where lifecycle_segment = 'unknown'), "
        "count(*) filter (where renewal_window_segment in ('unknown', 'no_contract')) from customer_segments"
    )
    assert labelled == [(500, 0, 0)]
    used = {scheme for (scheme,) in software.published("select scheme from scheme_usage where is_in_use")}
    assert {
        "lifecycle",
        "renewal_window",
        "loyalty",
        "value_tier",
        "activity_state",
        "industry_sector",
    } <= used
    assert not {"rfm", "rhythm_risk", "company_size"} & used


def test_uses_with_the_identifier_of_another_are_rejected_and_counted(software: Refreshed) -> None:
    counts = software.published(
        "select rows_read, rows_accepted, rows_rejected from input_reconciliation where input_table = 'product_events'"
    )
    assert counts == [(25_000, 24_979, 21)]


def test_dates_with_the_day_first_are_read_as_the_iso_files_say(
    software: Refreshed, public_data: Path
) -> None:
    iso = public_data / "ravenstack-saas" / "iso" / "subscriptions.csv"
    wrong = software.built(
        "select count(*) from intermediate.int_subscriptions_accepted as accepted "
        f"inner join read_csv('{iso}', all_varchar = true) as stated using (subscription_id) "
        "where accepted.paid_from_date <> cast(stated.start_date as date) "
        "or accepted.ended_date is distinct from cast(stated.end_date as date)"
    )
    assert wrong == [(0,)]
