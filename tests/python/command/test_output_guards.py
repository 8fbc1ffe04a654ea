"""The guards of the output: nobody, old data, days told anew, another unit, lost answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from customer_segmentation.errors import DataRefused
from customer_segmentation.guards import GuardLimits, TableCounts, read_guard_limits, refuse_violations
from customer_segmentation.output_guards import (
    Figures,
    output_violations,
    read_built_figures,
    read_published_figures,
    since_last_run,
)
from helpers import ROOT

# 40 orders of 10.00 in March to June, 25 subscriptions of 4.00 a month
BUILD = """
create schema intermediate; create schema marts; create schema staging;
create table intermediate.int_as_of_dates as
    select date '2026-06-30' as as_of_date, true as is_current union all select date '2026-05-31', false;
create table marts.customer_segments as select 'c' || i as customer_id from range(100) as r (i);
create table intermediate.int_orders_valued as
    select 'o' || i as order_id, date '2026-03-03' + cast(3 * i as int) as ordered_date, cast(10 as double) as net_amount
    from range(40) as r (i);
create table staging.stg_orders as
    select order_id, ordered_date, cast(null as varchar) as rejection_rule_id from intermediate.int_orders_valued;
create table intermediate.int_subscriptions_accepted as
    select 's' || i as subscription_id, date '2026-01-15' as started_date, cast(2 as double) as mrr_amount, 2.0 as rate_to_reporting
    from range(25) as r (i);
create table intermediate.int_reporting_currency as select 'EUR' as reporting_currency_code;
create table marts.scheme_usage as
    select * from (values ('rfm', true, 0.9, 'in_use'), ('industry', true, 0.6, 'in_use'), ('intent', false, 0.01, 'low_coverage'))
    as r (scheme, is_in_use, coverage_ratio, usage);
"""
BEFORE = Figures(date(2026, 5, 31), 95, 30, 300.0, 25, 100.0, "EUR", {"rfm": 0.9, "industry": 0.6})


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(BUILD)
        yield connection


@pytest.fixture(scope="module")
def limits() -> GuardLimits:
    """Those that the project delivers."""
    with duckdb.connect() as connection:
        seed = f"(select * from read_csv('{ROOT / 'seeds/rules/settings.csv'}'))"
        relation = f"(select topic, setting, try_cast(setting_value as double) as setting_value from {seed})"
        return read_guard_limits(connection, relation)


def said(build: duckdb.DuckDBPyConnection, limits: GuardLimits, before: Figures | None = BEFORE) -> list[str]:
    return [violation.sentence for violation in output_violations(build, before, limits)]


def test_a_run_like_the_one_before_passes(build: duckdb.DuckDBPyConnection, limits: GuardLimits) -> None:
    assert said(build, limits) == said(build, limits, None) == []


def test_figures_are_those_of_the_facts_up_to_a_day(build: duckdb.DuckDBPyConnection) -> None:
    figures = read_built_figures(build)
    assert figures == Figures(
        date(2026, 6, 30), 100, 40, 400.0, 25, 100.0, "EUR", {"industry": 0.6, "intent": 0.01, "rfm": 0.9}
    )
    assert figures is not None
    earlier = read_built_figures(build, date(2026, 3, 9))
    assert earlier == replace(figures, orders_count=3, sales_amount=30.0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "delete from marts.customer_segments; update intermediate.int_as_of_dates set as_of_date = date '2019-01-01' where is_current",
            "0 customers are known on the as-of date 2019-01-01, expected at least 1; the first fact is of 2026-03-03",
        ),
        (
            "delete from marts.customer_segments where customer_id > 'c4'",
            "35 customers have segments as of 2026-06-30 after 95 as of 2026-05-31 in the last published run, "
            "and a loss of more than 50% is not published",
        ),
        (
            "insert into intermediate.int_orders_valued select order_id || 'again', ordered_date, net_amount from intermediate.int_orders_valued",
            "The orders up to 2026-05-31 come to 600.00 EUR now and to 300.00 EUR in the last published run, "
            "and more than 1.5 times as much or as little is not published",
        ),
        (
            "update intermediate.int_subscriptions_accepted set mrr_amount = mrr_amount * 100",
            "The subscriptions up to 2026-05-31 come to 10,000.00 EUR now and to 100.00 EUR in the last published "
            "run, and more than 1.5 times as much or as little is not published",
        ),
        (
            "insert into intermediate.int_orders_valued select 'n' || i, date '2026-06-15', 1000 from range(30) as r (i)",
            "A typical order after 2026-05-31 has 1,000.00 EUR, one until then 10.00, "
            "and more than 10 times as much or as little is not published",
        ),
        (
            "update marts.scheme_usage set coverage_ratio = 0.05 where scheme = 'industry'",
            "The scheme industry has an answer for 5% of the customers it concerns after 60% in the last published "
            "run, and a loss of more than 50% is not published",
        ),
        (
            "update marts.scheme_usage set is_in_use = false, coverage_ratio = 0 where scheme = 'rfm'",
            "The scheme rfm has an answer for 0% of the customers it concerns after 90% in the last published run, "
            "and a loss of more than 50% is not published",
        ),
        (
            "update intermediate.int_as_of_dates set as_of_date = date '2026-11-26' where is_current",
            "The newest of all facts is of 2026-06-28, 151 days before the as-of date 2026-11-26, "
            "and more than 120 are not published; labels as of that day come with --as-of 2026-06-28",
        ),
    ],
)
def test_what_came_out_amiss_is_said_with_both_numbers(
    build: duckdb.DuckDBPyConnection, limits: GuardLimits, change: str, sentence: str
) -> None:
    build.execute(change)
    violations = output_violations(build, BEFORE, limits)
    assert sentence in [violation.sentence for violation in violations]
    with pytest.raises(
        DataRefused, match="nothing was published: if this is right, repeat with --accept-change"
    ):
        refuse_violations(violations)
    accepted = refuse_violations(violations, accept_change=True)
    assert accepted is not None
    assert accepted.startswith("Accepted as asked: ")


@pytest.mark.parametrize(
    "change",
    [
        "insert into intermediate.int_orders_valued select 'late' || i, date '2026-05-01', 10 from range(14) as r (i)",
        "insert into intermediate.int_orders_valued select 'n' || i, date '2026-06-15', 1000 from range(5) as r (i)",
        "delete from marts.customer_segments where customer_id > 'c6'",
        "update marts.scheme_usage set coverage_ratio = 0.2 where scheme = 'industry'",
        "update marts.scheme_usage set is_in_use = false, coverage_ratio = 1 where scheme = 'rfm'",
        "update marts.scheme_usage set usage = 'too_little_data', coverage_ratio = 0 where scheme = 'rfm'",
        "update marts.scheme_usage set is_in_use = false, coverage_ratio = null where scheme = 'rfm'",
        "update intermediate.int_as_of_dates set as_of_date = date '2026-10-26' where is_current",
        "delete from intermediate.int_subscriptions_accepted where subscription_id > 's7'",
    ],
)
def test_what_may_happen_from_run_to_run_passes(
    build: duckdb.DuckDBPyConnection, limits: GuardLimits, change: str
) -> None:
    build.execute(change)
    assert said(build, limits) == []


def test_a_run_says_what_there_was_before(build: duckdb.DuckDBPyConnection) -> None:
    built = read_built_figures(build)
    assert since_last_run(built, None) == since_last_run(None, BEFORE) == []
    assert since_last_run(built, BEFORE) == [
        "Until 2026-06-30, and in the last published run until 2026-05-31: 100 customers (95), 40 sales (30), "
        "400.00 EUR before refunds (300.00), 25 subscriptions (25)."
    ]


def test_an_erasure_is_no_loss(build: duckdb.DuckDBPyConnection, limits: GuardLimits) -> None:
    build.execute("delete from marts.customer_segments where customer_id > 'c4'")  # 35 of 95 are left
    build.execute("delete from intermediate.int_orders_valued where order_id > 'o20'")
    assert len(said(build, limits)) == 2
    erased = [TableCounts("customers", 100, 35, 0, 65), TableCounts("orders", 40, 13, 0, 27)]
    assert output_violations(build, BEFORE, limits, erased) == []


def test_an_earlier_date_is_not_compared_with_a_later_one(
    build: duckdb.DuckDBPyConnection, limits: GuardLimits
) -> None:
    later = replace(BEFORE, as_of_date=date(2026, 8, 31), orders_count=400, sales_amount=4000.0)
    assert said(build, limits, later) == []


def test_a_file_of_an_older_version_or_none_has_no_figures(tmp_path: Path) -> None:
    file = tmp_path / "segments.duckdb"
    assert read_published_figures(file) is None
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table publish_info as select date '2026-05-31' as as_of_date")
    assert read_published_figures(file) is None


def test_a_project_without_these_tables_is_not_judged(limits: GuardLimits) -> None:
    with duckdb.connect() as connection:
        assert read_built_figures(connection) is None
        assert output_violations(connection, BEFORE, limits) == []
