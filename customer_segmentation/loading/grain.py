"""Whether a file of orders has a row per order, or a row per line of an order."""

from typing import TYPE_CHECKING

from customer_segmentation.errors import DataRefused
from customer_segmentation.loading.texts import shown
from customer_segmentation.personal import kind_of
from customer_segmentation.warehouse import quoted_name

if TYPE_CHECKING:
    import duckdb

# Versions of an order differ in one of these; lines of an order do not.
VERSION_COLUMNS = ("customer_id", "ordered_at", "status", "updated_at")
AMOUNT_COLUMNS = ("net_amount", "gross_amount")
ORDERS_RATIO = 0.05  # a few rows that contradict each other are rejected one by one instead


def check_one_row_per_order(
    connection: "duckdb.DuckDBPyConnection", relation: str, columns: tuple[str, ...], origin: str
) -> None:
    """Raise `DataRefused` where many orders of `relation` (already quoted) stand on several lines.

    Lines of an order: rows with one order_id that agree in customer, time, status and time of change (as far
    as they state them), and differ in what is left. One such pair, or fewer than a twentieth of the orders,
    is no proof.
    """
    versions = [quoted_name(name) for name in VERSION_COLUMNS if name in columns]
    others = [quoted_name(name) for name in columns if name not in (*VERSION_COLUMNS, "order_id")]
    if not others:
        return
    # some exports say what is true of the whole order on its first line only
    kinds = ", ".join(f"count(distinct {name})" for name in versions)
    amount = next((quoted_name(name) for name in AMOUNT_COLUMNS if name in columns), others[0])
    as_text = f"cast({amount} as varchar)"
    repeated = f"""
        select
            order_id,
            count(*) as lines_count,
            list(distinct {as_text} order by {as_text})[:3] as examples
        from {relation}
        where order_id in (select order_id from {relation} group by order_id having count(*) > 1)
        group by order_id
        having greatest({kinds or 1}) <= 1
            and count(distinct struct_pack({", ".join(f"{name} := {name}" for name in others)})) > 1
    """
    found = connection.execute(
        f"""
        select count(*), max(lines_count), min_by(order_id, (-lines_count, order_id)),
            min_by(examples, (-lines_count, order_id)), (select count(distinct order_id) from {relation})
        from ({repeated})
        """
    ).fetchone()
    orders, lines, order_id, examples, orders_of_all = found or (0, 0, None, [], 0)
    if not orders or orders < ORDERS_RATIO * orders_of_all or (orders == 1 and lines == 2):
        return
    texts = map(str, examples or [])
    values = ", ".join(shown(text) if kind_of(text) else text for text in texts)
    raise DataRefused(
        f"{origin} has a line per item: order_id {shown(str(order_id))} stands on {lines} lines of the same "
        f"time and status ({amount.strip(chr(34))} {values}), and {orders:,} of {orders_of_all:,} orders do. "
        "Deliver one row per order with the total of its goods, and the lines as order_items."
    )
