"""The money of a refresh in three figures, as the marts hold it: what was sold, given back, and is left."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

TOTALS = "intermediate.int_customer_purchases_as_of"
SPINE = "intermediate.int_as_of_dates"
CURRENCY = "intermediate.int_reporting_currency"
ORDERS = "intermediate.int_orders_accepted"
REFUNDS = "intermediate.int_refunds_accepted"
DELIVERED_REFUNDS = "staging.stg_refunds"
NO_CURRENCY = "XXX"
READ_TABLES = (TOTALS, SPINE, CURRENCY, ORDERS, REFUNDS, DELIVERED_REFUNDS)
# repeated rows and what the source itself calls no refund hide no money
HARMLESS_RULES = ("exact_duplicate", "conflicting_duplicate", "rejected_by_source")


def money_notices(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Sales, refunds and what is left of all orders up to the as-of date, and what nobody knows of it.

    In the reporting currency, goods without tax and shipping. No sentence where there are no orders.
    """
    found = connection.execute(
        """
        select count(*) from information_schema.tables
        where list_contains(?, concat(table_schema, '.', table_name))
        """,
        [list(READ_TABLES)],
    ).fetchone()
    if found is None or found[0] < len(READ_TABLES):
        return []
    sales, net, orders, partly = connection.execute(
        f"""
        select sum(sales_amount), sum(net_amount), sum(orders_count), sum(partly_refunded_orders_count)
        from {TOTALS} as totals
        inner join {SPINE} as spine on totals.as_of_date = spine.as_of_date and spine.is_current
        """
    ).fetchone() or (None, None, 0, 0)
    if not orders:
        return []
    (currency,) = connection.execute(f"select max(reporting_currency_code) from {CURRENCY}").fetchone() or (
        None,
    )
    unit = f" {currency}" if currency and currency != NO_CURRENCY else ""
    notices = [
        f"Money of {orders:,} orders, without tax and shipping: "
        f"sales {_shown(sales)} - refunds {_shown(sales - net)} = {_shown(net)}{unit}."
    ]
    surplus_orders, surplus = connection.execute(
        f"""
        select count(*), sum(surplus_amount)
        from (
            select
                any_value(orders.rate_to_reporting) * (sum(refunds.amount) - any_value(
                    orders.net_amount + coalesce(orders.tax_amount, 0) + coalesce(orders.shipping_amount, 0)
                )) as surplus_amount
            from {REFUNDS} as refunds
            inner join {ORDERS} as orders on refunds.order_id = orders.order_id
            inner join {SPINE} as spine on refunds.refunded_date <= spine.as_of_date and spine.is_current
            where orders.counts_as_sale
            group by refunds.order_id
        )
        where surplus_amount > 0.01
        """
    ).fetchone() or (0, None)
    if surplus_orders:
        count = f"{surplus_orders:,} {'order' if surplus_orders == 1 else 'orders'}"
        notices.append(
            f"The refunds of {count} exceed what was paid by {_shown(surplus)}{unit}; "
            "no more is taken off than the goods cost."
        )
    unused = connection.execute(
        f"""
        select count(*) from {DELIVERED_REFUNDS}
        where rejection_rule_id is not null and not list_contains(?, rejection_rule_id)
        """,
        [list(HARMLESS_RULES)],
    ).fetchone()
    if unused and unused[0]:
        count = f"{unused[0]:,} {'refund' if unused[0] == 1 else 'refunds'}"
        notices.append(
            f"{count} could not be used (customer-segmentation rejected --table refunds says why); nothing "
            "is taken off for them, so what these customers brought may be less."
        )
    if partly:
        count = f"{partly:,} {'order was' if partly == 1 else 'orders were'}"
        notices.append(
            f"{count} refunded by an amount that nobody says (by a status alone, or by a refund that could "
            "not be used), so more may have been given back; partly_refunded_orders_count in "
            "customer_value_segments says whose they are. Deliver the amounts as refunds."
        )
    return notices


def _shown(amount: Decimal | float) -> str:
    return f"{amount:,.2f}"
