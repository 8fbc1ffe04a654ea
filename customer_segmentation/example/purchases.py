"""Orders and order lines: the BG/NBD purchase process with Gamma-Gamma spend.

How a customer's purchases come about:

1. first purchase = arrival; then a Poisson process with the customer's own rate, drawn in continuous time;
2. the customer leaves right after the K-th repeat purchase, K geometric with the customer's own probability;
3. instants are put on calendar days by the weekday clock; where two fall on one day, the later one moves
   to the next free day, so that **no purchase is merged away** and the counts are those of the process;
4. purchases up to `until` become orders, those of the following 365 days go to the truth only.

The spend of an order is its `net_amount` in the reporting currency. `net_amount = gross_amount -
discount_amount` is what the goods cost; shipping and tax come on top and are not part of it. The lines of
an order add up to its gross, discount and net amounts to the last cent.

Cancelled and test orders are extra rows beside the process; a refunded order is a purchase of the process
that was paid back later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from customer_segmentation.example import clocks, places
from customer_segmentation.example.catalogue import CATEGORY_NAMES, Catalogue, seasonal_categories
from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    labels,
    money,
    numbers,
    row_ids,
    timestamps,
)
from customer_segmentation.example.customers import TEST_ACCOUNT, Block
from customer_segmentation.example.parameters import BG_NBD, GAMMA_GAMMA, SHARES

STATUSES = (
    "completed",
    "shipped",
    "delivered",
    "paid",
    "Completed",
    "refunded",
    "cancelled",
    "canceled",
    "test",
)
REFUNDED, CANCELLED, CANCELED, TEST = 5, 6, 7, 8
CHANNELS = ("online", "store", "phone")
COUPONS = ("WELCOME10", "SPRING15", "SUMMER20", "BLACKFRIDAY30", "FRIENDS10", "VIP25")
DISCOUNT_RATIOS = np.array([0.10, 0.15, 0.20, 0.30, 0.10, 0.25])
HOLD_OUT_DAYS = 365
FEWEST_TEST_ORDERS = 3
_FAR_FUTURE = 10_000_000


@dataclass(frozen=True)
class Orders:
    """Orders of a block in time order, as numpy arrays; money in hundredths of the order's currency."""

    order_ids: pa.Array
    customer: np.ndarray
    day: np.ndarray
    ordered_at: np.ndarray
    is_purchase: np.ndarray  # of the purchase process, not cancelled or test
    status: np.ndarray
    is_online: np.ndarray
    currency: np.ndarray
    gross: np.ndarray
    discount: np.ndarray
    net: np.ndarray
    net_reporting: np.ndarray  # planted spend
    coupon: np.ndarray  # index or -1

    @property
    def n(self) -> int:
        return len(self.customer)


def draw_purchase_days(rng: np.random.Generator, block: Block) -> tuple[np.ndarray, np.ndarray]:
    """Customer and day of every purchase up to `until`, by customer and day; fills the block's truth.

    Adds to `block.extras`: purchase_rate (per week), dropout_probability, orders_count,
    purchases_next_90_days, purchases_next_365_days.
    """
    buyers = np.flatnonzero(block.is_buyer)
    n = len(buyers)
    rate = rng.gamma(BG_NBD["r"], 1.0 / BG_NBD["alpha"], n)
    dropout = np.maximum(rng.beta(BG_NBD["a"], BG_NBD["b"], n), 1e-9)
    horizon_days = block.until_day + HOLD_OUT_DAYS + 9 - block.arrived[buyers]
    arrivals_count = rng.poisson(rate / 7.0 * horizon_days)
    leaves_after = np.minimum(rng.geometric(dropout), 10**6)
    kept_count = np.minimum(arrivals_count, leaves_after)

    # uniform order statistics: sort all fractions at once, customer by customer
    owner = np.repeat(np.arange(n), arrivals_count)
    fraction = np.sort(owner + rng.random(len(owner))) - owner
    sequence = np.arange(len(owner)) - np.repeat(np.cumsum(arrivals_count) - arrivals_count, arrivals_count)
    is_kept = sequence < kept_count[owner]
    owner, sequence, fraction = owner[is_kept], sequence[is_kept] + 1, fraction[is_kept]

    # the first purchase in front of the repeat purchases
    instants = block.arrived[buyers][owner] + fraction * horizon_days[owner]
    position = np.arange(len(owner)) + owner + 1
    total = len(owner) + n
    first_position = np.cumsum(kept_count + 1) - (kept_count + 1)
    all_owner, all_sequence, all_instants = (
        np.empty(total, np.int64),
        np.zeros(total, np.int64),
        np.empty(total),
    )
    all_owner[first_position], all_owner[position] = np.arange(n), owner
    all_sequence[position] = sequence
    all_instants[first_position], all_instants[position] = block.arrived[buyers], instants

    calendar = clocks.weekday_clock(all_instants, block.is_business[buyers][all_owner])
    day = np.floor(calendar).astype(np.int64)
    # one purchase a day: running maximum of (day - sequence) within the customer
    step = _FAR_FUTURE
    shifted = day - all_sequence + all_owner * step
    day = np.maximum.accumulate(shifted) - all_owner * step + all_sequence

    is_past = day <= block.until_day
    left = leaves_after <= arrivals_count
    last_day = day[np.cumsum(kept_count + 1) - 1]
    churned_day = np.where(left & (last_day <= block.until_day), last_day, _FAR_FUTURE)

    def per_customer(values: np.ndarray, fill: float) -> np.ndarray:
        column = np.full(block.n, fill)
        column[buyers] = values
        return column

    def count_until(days: int) -> np.ndarray:
        within = ~is_past & (day <= block.until_day + days)
        return np.bincount(all_owner[within], minlength=n)

    block.churned_day = per_customer(churned_day, _FAR_FUTURE).astype(np.int64)
    block.extras |= {
        "purchase_rate": per_customer(rate, np.nan),
        "dropout_probability": per_customer(dropout, np.nan),
        "orders_count": per_customer(np.bincount(all_owner[is_past], minlength=n), 0).astype(np.int64),
        "purchases_next_90_days": per_customer(count_until(90), 0).astype(np.int64),
        "purchases_next_365_days": per_customer(count_until(HOLD_OUT_DAYS), 0).astype(np.int64),
        "first_day": per_customer(day[first_position], -1).astype(np.int64),
        "last_day": np.full(block.n, -1),
    }
    customer, day = buyers[all_owner[is_past]], day[is_past]
    np.maximum.at(block.extras["last_day"], customer, day)
    return customer, day


def draw_orders(
    rng: np.random.Generator, block: Block, rates: places.ExchangeRates, *, first_number: int
) -> Orders:
    """Orders of the process with the cancelled and test orders beside it, in time order."""
    customer, day = draw_purchase_days(rng, block)
    n_process = len(customer)
    is_first = np.concatenate([[True], customer[1:] != customer[:-1]]) if n_process else np.zeros(0, bool)

    repeat = rng.random(n_process) < SHARES["cancelled_orders"]
    cancelled_day = np.minimum(day[repeat] + rng.integers(0, 4, repeat.sum()), block.until_day)
    candidates = np.flatnonzero(
        (block.role == TEST_ACCOUNT) | (rng.random(block.n) < SHARES["test_orders"] * 3)
    )
    if not len(candidates):
        candidates = np.array([block.n - 1])
    n_test = max(round(n_process * SHARES["test_orders"]), min(n_process // 50, FEWEST_TEST_ORDERS))
    testers = rng.choice(candidates, n_test) if n_test else np.zeros(0, np.int64)
    created_day = clocks.whole_days(block.created_at[testers])
    test_day = created_day + (rng.random(n_test) * (block.until_day - created_day + 1)).astype(np.int64)

    status = np.concatenate(
        [
            rng.choice(5, n_process, p=[0.62, 0.12, 0.16, 0.09, 0.01]),
            rng.choice([CANCELLED, CANCELED], len(cancelled_day), p=[0.9, 0.1]),
            np.full(n_test, TEST),
        ]
    )
    customer = np.concatenate([customer, customer[repeat], testers])
    day = np.concatenate([day, cancelled_day, test_day])
    is_first = np.concatenate([is_first, np.zeros(len(day) - n_process, bool)])
    is_purchase = np.arange(len(day)) < n_process
    ordered_at = day * DAY_US + clocks.time_of_day(
        rng, block.is_business[customer], block.hour_shift[customer], block.utc_offset[customer]
    )

    # the relation starts shortly before the first purchase, for some with weeks of hesitation
    first = np.flatnonzero(is_first)
    hesitation = np.where(rng.random(len(first)) < 0.25, rng.exponential(18.0, len(first)), 0.0) * 86_400
    lead_time = (hesitation + rng.integers(120, 5400, len(first))).astype(np.int64) * SECOND_US
    block.created_at[customer[first]] = np.maximum(ordered_at[first] - lead_time, block.start_day * DAY_US)
    block.first_order_at = np.full(block.n, -1, dtype=np.int64)
    block.first_order_at[customer[first]] = ordered_at[first]

    by_time = np.argsort(ordered_at, kind="stable")
    customer, day, ordered_at = customer[by_time], day[by_time], ordered_at[by_time]
    status, is_purchase = status[by_time], is_purchase[by_time]
    n = len(customer)

    currency = block.currency[customer]
    spend = np.maximum(rng.gamma(GAMMA_GAMMA["p"], 1.0, n) / block.spend_rate[customer], 1.0)
    rate = rates.on(currency, day)
    smallest = places.SMALLEST_AMOUNT[currency]
    net = np.maximum(np.rint(spend / rate * 100.0 / smallest).astype(np.int64), 1) * smallest
    is_discounted = rng.random(n) < block.discounted_ratio[customer]
    coupon = rng.integers(0, len(COUPONS), n)
    gross = np.rint(net / smallest / (1.0 - DISCOUNT_RATIOS[coupon])).astype(np.int64) * smallest
    gross = np.where(is_discounted, gross, net)
    is_online = rng.random(n) < block.online_ratio[customer]
    return Orders(
        order_ids=row_ids("O", first_number + np.arange(n), width=10),
        customer=customer,
        day=day,
        ordered_at=ordered_at,
        is_purchase=is_purchase,
        status=status,
        is_online=is_online,
        currency=currency,
        gross=gross,
        discount=gross - net,
        net=net,
        net_reporting=spend,
        coupon=np.where(is_discounted & (rng.random(n) < 0.7), coupon, -1),
    )


def order_columns(
    rng: np.random.Generator, block: Block, orders: Orders, catalogue: Catalogue
) -> dict[str, pa.Array]:
    """The table `orders`."""
    n, customer = orders.n, orders.customer
    country = block.country[customer]
    channel = np.where(orders.is_online, 0, np.where(rng.random(n) < 0.93, 1, 2))
    home_store = catalogue.draw_stores(rng, block.country)
    store = np.where(rng.random(n) < 0.85, home_store[customer], catalogue.draw_stores(rng, country))

    smallest = places.SMALLEST_AMOUNT[orders.currency]
    ships = channel != 1
    threshold = np.where(block.cluster == 0, 40.0, 60.0)[customer]
    is_free = ships & ((orders.net_reporting >= threshold) | (rng.random(n) < 0.1))
    fee = (
        np.rint(orders.net / np.maximum(orders.net_reporting, 1.0) * 4.9 / smallest).astype(np.int64)
        * smallest
    )
    tax = np.rint(orders.net * places.COUNTRY_TAX_RATIO[country] / smallest).astype(np.int64) * smallest

    contact = np.full(n, -1)
    if (
        block.contact_ids is not None
        and block.contacts_count is not None
        and block.contacts_start is not None
    ):
        count = block.contacts_count[customer]
        spread = np.where(block.is_centralised[customer], rng.random(n) < 0.06, True)
        chosen = np.where(spread, (rng.random(n) * count).astype(np.int64), 0)
        contact = np.where((count > 0) & (rng.random(n) < 0.95), block.contacts_start[customer] + chosen, -1)

    # the urgent ones want it within two days
    urgency = block.extras.setdefault("urgent_ratio", rng.beta(1.2, 4.0, block.n))[customer]
    lead_days = np.where(rng.random(n) < urgency, rng.integers(0, 3, n), 3 + rng.integers(0, 18, n))
    requested = (orders.day + lead_days) * DAY_US + 17 * 3600 * SECOND_US
    ship_country = np.where(rng.random(n) < 0.98, country, rng.integers(0, len(places.COUNTRY_CODES), n))
    return {
        "order_id": orders.order_ids,
        "customer_id": block.ids_at(customer, orders.ordered_at),
        "contact_id": labels(contact, block.contact_ids),
        "ordered_at": timestamps(orders.ordered_at),
        "status": labels(orders.status, STATUSES),
        "channel": labels(channel, CHANNELS),
        "store_id": labels(np.where(channel == 1, store, -1), catalogue.store_ids),
        "ship_to_country_code": labels(ship_country, places.COUNTRY_CODES, where=ships),
        "currency_code": labels(orders.currency, places.CURRENCIES),
        "gross_amount": money(orders.gross),
        "discount_amount": money(orders.discount),
        "shipping_amount": money(np.where(ships & ~is_free, fee, 0)),
        "tax_amount": money(tax),
        "net_amount": money(orders.net),
        "is_free_shipping": numbers(is_free),
        "coupon_code": labels(orders.coupon, COUPONS),
        "requested_delivery_at": timestamps(requested, where=ships & (rng.random(n) < 0.4)),
    }


def item_columns(
    rng: np.random.Generator, block: Block, orders: Orders, catalogue: Catalogue
) -> tuple[dict[str, pa.Array], np.ndarray, np.ndarray]:
    """The table `order_items`, with order index and product of every line."""
    lines_count = 1 + rng.poisson(block.lines_per_order[orders.customer] - 1.0)
    order = np.repeat(np.arange(orders.n), lines_count)
    first_line = np.cumsum(lines_count) - lines_count
    n = len(order)
    line_number = np.arange(n) - first_line[order] + 1
    customer = orders.customer[order]

    favourite = (rng.random(n) ** 1.3 * block.favourite_categories_count[customer]).astype(np.int64)
    category = block.favourite_categories[customer, favourite].astype(np.int64)
    month = orders.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    seasonal = seasonal_categories(month)[order]
    # the season shifts a choice among the customer's own categories only
    owned = (block.favourite_categories[customer] == seasonal[:, None]).argmax(axis=1)
    follows = (seasonal >= 0) & (owned < block.favourite_categories_count[customer]) & (rng.random(n) < 0.15)
    category = np.where(follows, seasonal, category)
    product = catalogue.draw_products(rng, category)
    quantity = np.where(line_number == 1, 1, np.minimum(1 + rng.geometric(0.65, n) - 1, 12))
    quantity = np.maximum(quantity, 1)

    # split the order's gross by price; the first line (quantity 1) takes what rounding leaves
    smallest = places.SMALLEST_AMOUNT[orders.currency][order]
    weight = catalogue.product_price[product] * quantity * rng.uniform(0.8, 1.2, n)
    share = weight / np.bincount(order, weights=weight, minlength=orders.n)[order]
    gross_total, discount_total = orders.gross[order], orders.discount[order]
    unit_price = np.floor(share * gross_total / (quantity * smallest)).astype(np.int64) * smallest
    gross = unit_price * quantity
    discount = np.floor(gross / gross_total * discount_total / smallest).astype(np.int64) * smallest
    is_rest = line_number > 1
    rest_gross = np.bincount(order, weights=gross * is_rest, minlength=orders.n).astype(np.int64)
    rest_discount = np.bincount(order, weights=discount * is_rest, minlength=orders.n).astype(np.int64)
    gross[first_line] = orders.gross - rest_gross
    unit_price[first_line] = gross[first_line]
    discount[first_line] = orders.discount - rest_discount
    columns = {
        "order_id": labels(order, orders.order_ids),
        "line_number": numbers(line_number.astype(np.int32)),
        "product_id": labels(product, catalogue.product_ids),
        "quantity": numbers(quantity.astype(np.int32)),
        "unit_price": money(unit_price),
        "discount_amount": money(discount),
        "net_amount": money(gross - discount),
    }
    return columns, order, product


assert len(CATEGORY_NAMES) < 128  # favourite categories are kept as int8
