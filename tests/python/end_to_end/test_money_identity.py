"""Sales less refunds: the marts, the sentence of the refresh and plain SQL over the delivered files say the same.

The SQL here is written from the contract alone and shares nothing with the models: own lists of words, own choice
among repeated rows, own rates and limits of refunds.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from helpers.refreshed import EXAMPLE_UNTIL, Refreshed

pytestmark = pytest.mark.warehouse

EXAMPLE = """
with recursive sold_words(word) as (
    values ('completed'), ('paid'), ('shipped'), ('delivered'), ('refunded')
),

known_words(word) as (
    from sold_words union all values ('cancelled'), ('canceled'), ('test')
),

-- who somebody is after all merges; nobody asked for is left
merged(was, now) as (
    select from_customer_id, to_customer_id from read_parquet('{folder}/customer_merges.parquet')
    union
    select merged.was, pairs.to_customer_id
    from merged inner join read_parquet('{folder}/customer_merges.parquet') as pairs on merged.now = pairs.from_customer_id
),

people as (
    select customers.customer_id, coalesce(survivors.now, customers.customer_id) as person
    from (
        select distinct trim(customer_id) as customer_id from read_parquet('{folder}/customers.parquet') where trim(customer_id) <> ''
    ) as customers
    left join (
        select was, now from merged where now not in (select from_customer_id from read_parquet('{folder}/customer_merges.parquet'))
    ) as survivors on customers.customer_id = survivors.was
),

erased as (
    select distinct coalesce(people.person, requests.customer_id) as person
    from read_parquet('{folder}/erasure_requests.parquet') as requests
    left join people on trim(requests.customer_id) = people.customer_id
),

usable as (
    select *, lower(trim(status)) as word, cast(ordered_at as date) as day
    from read_parquet('{folder}/orders.parquet', file_row_number = true)
    where (status is null or lower(trim(status)) in (from known_words))
        and year(ordered_at) between 1971 and 2199
        and coalesce(trim(order_id), '') <> ''
        and abs(net_amount) <= 1e9
        -- goods below zero beside a price above it are neither a sale nor a credit note
        and not (net_amount < 0 and coalesce(gross_amount, -1) >= 0)
        and not (net_amount >= 0 and coalesce(gross_amount, 0) < 0)
),

-- of several rows of an order the one further on, then the later one
orders as (
    select * from usable
    qualify row_number() over (
        partition by trim(order_id) order by word = 'refunded' desc nulls last, file_row_number desc
    ) = 1
),

rates as (
    select orders.order_id, max_by(rates.rate_to_reporting, rates.rate_date) as rate
    from orders
    inner join read_parquet('{folder}/exchange_rates.parquet') as rates
        on upper(trim(orders.currency_code)) = rates.currency_code
        and cast(rates.rate_date as date) between orders.day - 7 and orders.day
    where rates.rate_to_reporting > 0
    group by orders.order_id
),

valued as (
    select
        orders.order_id, orders.word, orders.day, orders.net_amount,
        orders.net_amount + coalesce(orders.tax_amount, 0) + coalesce(orders.shipping_amount, 0) as paid_amount,
        case when coalesce(orders.currency_code, 'USD') = 'USD' then 1 else rates.rate end as rate
    from orders
    inner join people on trim(orders.customer_id) = people.customer_id
    left join rates on orders.order_id = rates.order_id
    where people.person not in (from erased)
        and orders.day <= date '{as_of}'
        and (coalesce(orders.currency_code, 'USD') = 'USD' or rates.rate is not null)
),

sales as (
    select * from valued where (word is null or word in (from sold_words)) and net_amount >= 0
),

refunds as (
    select sales.order_id, least(any_value(sales.net_amount), sum(given.amount * sales.net_amount / sales.paid_amount))
        * any_value(sales.rate) as amount
    from sales
    inner join (
        select * from read_parquet('{folder}/refunds.parquet', file_row_number = true)
        qualify row_number() over (partition by refund_id order by file_row_number desc) = 1
    ) as given on sales.order_id = given.order_id
    where cast(given.refunded_at as date) <= date '{as_of}' and year(given.refunded_at) >= 1971
    group by sales.order_id
)

select
    (select count(*) from sales),
    (select sum(net_amount * rate) from sales),
    (select sum(amount) from refunds)
        + (select coalesce(sum(-net_amount * rate), 0) from valued where (word is null or word in (from sold_words)) and net_amount < 0)
"""

RETAILER = """
select count(distinct InvoiceNo) filter (where InvoiceNo not like 'C%'),
    sum(amount) filter (where InvoiceNo not like 'C%'),
    -sum(amount) filter (where InvoiceNo like 'C%')
from (
    select InvoiceNo, Quantity * cast(UnitPrice as decimal(18, 3)) as amount
    from read_parquet('{file}')
    where CustomerID is not null and UnitPrice > 0
)
"""

CRM = """
select count(*), sum(cast(close_value as double)), 0
from read_csv('{file}', header = true, all_varchar = true)
where deal_stage = 'Won' and coalesce(account, '') <> ''
"""


def in_the_marts(refreshed: Refreshed) -> tuple[int, float, float]:
    """Orders, sales and refunds at the current date."""
    ((orders, sales, net),) = refreshed.built(
        "select sum(orders_count), sum(sales_amount), sum(net_amount) from intermediate.int_customer_purchases_as_of "
        "where as_of_date = (select as_of_date from intermediate.int_as_of_dates where is_current)"
    )
    return int(orders), float(sales), float(sales - net)


def as_said(refreshed: Refreshed) -> tuple[int, float, float, float]:
    """The same by the sentence of the refresh, and what it says is left."""
    state = json.loads((refreshed.warehouse / "state.json").read_text(encoding="utf-8"))
    figures = re.search(
        r"Money of ([\d,]+) orders, .*: sales ([\d,.]+) - refunds (-?[\d,.]+) = (-?[\d,]+\.\d\d)",
        " ".join(state["notices"]),
    )
    assert figures, state["notices"]
    orders, *amounts = (text.replace(",", "") for text in figures.groups())
    return int(orders), *map(float, amounts)


def assert_all_the_same(refreshed: Refreshed, sql: str) -> None:
    orders, sales, refunds = duckdb.connect().execute(sql).fetchone()
    in_files = (orders, round(float(sales), 2), round(float(refunds), 2))
    found = in_the_marts(refreshed)
    assert (found[0], round(found[1], 2), round(found[2], 2)) == in_files
    said_orders, said_sales, said_refunds, said_net = as_said(refreshed)
    assert (said_orders, said_sales, said_refunds) == in_files
    assert said_net == pytest.approx(said_sales - said_refunds, abs=0.011)
    # each customer is published in whole cents
    ((published, customers),) = refreshed.published(
        "select sum(monetary_amount), count(*) from customer_segments"
    )
    ((without_orders,),) = refreshed.built(
        "select coalesce(sum(net_amount), 0) from intermediate.int_customer_purchases_as_of "
        "where as_of_date = (select as_of_date from intermediate.int_as_of_dates where is_current) and orders_count = 0"
    )
    assert float(published + without_orders) == pytest.approx(said_net, abs=0.005 * customers)


def test_the_money_of_the_example_company_is_that_of_its_files(
    example: Refreshed, example_folder: Path
) -> None:
    assert_all_the_same(example, EXAMPLE.format(folder=example_folder, as_of=EXAMPLE_UNTIL))


def test_the_money_of_cdnow_is_that_of_its_file(cdnow_refreshed: Refreshed, cdnow_folder: Path) -> None:
    (file,) = cdnow_folder.glob("orders.*")
    assert_all_the_same(
        cdnow_refreshed,
        f"select count(*), sum(net_amount), 0 from '{file}' where cast(ordered_at as date) <= date '1997-09-30'",
    )


@pytest.mark.public_data
def test_the_money_of_online_retail_is_that_of_its_file(retailer: Refreshed, public_data: Path) -> None:
    (file,) = (public_data / "online-retail").glob("*.parquet")
    assert_all_the_same(retailer, RETAILER.format(file=file))


@pytest.mark.public_data
def test_the_money_of_the_crm_is_that_of_its_deals(crm: Refreshed, public_data: Path) -> None:
    file = public_data / "crm-sales-opportunities" / "sales_pipeline.csv"
    assert_all_the_same(crm, CRM.format(file=file))
