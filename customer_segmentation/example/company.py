"""The example company: an invented firm that sells office and home goods and a planning application.

It sells to consumers and businesses in thirteen countries, online, in its stores and by phone, and its
application by subscription. `generate_example_company` writes three years of its data as the canonical
input tables, in any size, and apart from them the truth they were drawn from. Customers are drawn in
blocks of fixed size, each from its own random streams, and streamed to the files: memory does not grow
with the number of customers.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from customer_segmentation.example import campaigns as campaign_tables
from customer_segmentation.example import catalogue, conversations, places, purchases, refunds, wishes
from customer_segmentation.example import customers as customer_tables
from customer_segmentation.example.dirt import write_late_rows_with_dirt
from customer_segmentation.example.free_plans import free_plan_columns
from customer_segmentation.example.merges import draw_merges
from customer_segmentation.example.parameters import YEARS_COUNT, planted_parameters
from customer_segmentation.example.product_events import event_columns
from customer_segmentation.example.subscriptions import draw_subscribers, subscription_columns
from customer_segmentation.example.truth import TruthWriter, customer_truth
from customer_segmentation.example.users import draw_users
from customer_segmentation.example.writer import TableWriter
from customer_segmentation.progress import Listener

BLOCK_SIZE = 50_000
BLOCK_PARTS = 21  # what is written of a block, for whoever asks how far it is
_EPOCH = date(1970, 1, 1)


def generate_example_company(
    output_dir: Path,
    *,
    customers: int = 3000,
    seed: int = 42,
    until: date = date(2026, 6, 30),
    listener: Listener | None = None,
) -> dict[str, int]:
    """Writes `<table>.parquet` for every canonical table, and the truth under `truth/`.

    Args:
        output_dir: folder to write to; created, files in it are replaced.
        customers: rows of the table `customers` before planted faults, at least 1.
        seed: the same seed, size and date give the same data.
        until: last day with data; three years end here. What happens on the 365 days after it is in the
            truth only.
        listener: is told of each part of a block of customers that is written.

    Returns:
        Rows written per table.

    Raises:
        ValueError: `customers` is not positive.
    """
    if customers < 1:
        raise ValueError(f"customers must be at least 1, not {customers}")
    output_dir = Path(output_dir)
    output_dir.mkdir(parents=True, exist_ok=True)
    start = _years_before(until, YEARS_COUNT) + timedelta(days=1)
    start_day, until_day = (start - _EPOCH).days, (until - _EPOCH).days

    shared = np.random.default_rng([seed, 0])
    company = _Company(
        seed=seed,
        start_day=start_day,
        until_day=until_day,
        rates=places.draw_exchange_rates(shared, first_day=start_day - 31, last_day=until_day),
        goods=catalogue.draw_catalogue(shared),
        campaigns=campaign_tables.draw_campaigns(shared, start_day=start_day, until_day=until_day),
        blocks_count=-(-customers // BLOCK_SIZE),
        listener=listener or Listener(),
    )
    with TruthWriter(output_dir) as truth, TableWriter(output_dir) as writer:
        writer.write("products", company.goods.product_columns)
        writer.write("stores", company.goods.store_columns)
        writer.write("campaigns", company.campaigns.columns)
        writer.write("exchange_rates", company.rates.columns())
        for number, first in enumerate(range(0, customers, BLOCK_SIZE)):
            company.write_block(
                writer, truth, number=number, first_number=first + 1, n=min(BLOCK_SIZE, customers - first)
            )
        company.tell("late rows and planted faults")
        truth.write_dirt(write_late_rows_with_dirt(np.random.default_rng([seed, 1]), writer))
        truth.write_parameters(
            {
                "customers": customers,
                "seed": seed,
                "start_date": start.isoformat(),
                "until_date": until.isoformat(),
                **planted_parameters(),
            }
        )
    return dict(writer.rows_count)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


class _Company:
    """What all blocks share, and the running numbers of the ids."""

    def __init__(
        self,
        *,
        seed: int,
        start_day: int,
        until_day: int,
        rates: places.ExchangeRates,
        goods: catalogue.Catalogue,
        campaigns: campaign_tables.Campaigns,
        blocks_count: int,
        listener: Listener,
    ) -> None:
        self.seed = seed
        self.start_day, self.until_day = start_day, until_day
        self.rates, self.goods, self.campaigns = rates, goods, campaigns
        self._next: dict[str, int] = {}
        self._listener = listener
        self._parts_done, self._parts_count = 0, BLOCK_PARTS * blocks_count

    def tell(self, what: str) -> None:
        """Says what goes on, and how much is written."""
        self._listener.now(what, self._parts_done, self._parts_count)

    def write_block(
        self, writer: TableWriter, truth: TruthWriter, *, number: int, first_number: int, n: int
    ) -> None:
        """Draws and writes one block of customers with everything that belongs to them."""
        customers = f"customers {first_number:,} to {first_number + n - 1:,}"
        self.tell(customers)
        # new ones at the end: the code is the place
        names = ("identity", "orders", "items", "users", "events", "mail", "talk", "late", "truth",
                 "merges", "refunds", "plans", "sources", "wishes", "persons")  # fmt: skip
        streams = {
            name: np.random.default_rng([self.seed, 2 + number, code]) for code, name in enumerate(names)
        }
        late = streams["late"]

        def write(table: str, columns: dict, *, is_ever_late: bool = True) -> None:
            writer.write(table, columns, rng=late if is_ever_late else None)
            self._next[table] = self._next.get(table, 1) + len(next(iter(columns.values())))
            self._parts_done += 1
            self.tell(customers)

        def next_number(table: str) -> int:
            return self._next.get(table, 1)

        rng = streams["identity"]
        block = customer_tables.draw_block(
            rng,
            first_number=first_number,
            n=n,
            start_day=self.start_day,
            until_day=self.until_day,
            categories_count=len(catalogue.CATEGORY_NAMES),
        )
        write("accounts", customer_tables.account_columns(rng, block))
        contacts = customer_tables.contact_columns(
            rng, streams["persons"], block, first_number=next_number("contacts")
        )
        write("contacts", contacts)
        technologies, seen_again = customer_tables.technology_columns(rng, streams["sources"], block)
        write("technologies", technologies)
        write("technologies", seen_again, is_ever_late=False)

        orders = purchases.draw_orders(
            streams["orders"], block, self.rates, first_number=next_number("orders")
        )
        wishes.draw_wishes(streams["wishes"], block)
        columns = customer_tables.customer_columns(rng, streams["sources"], streams["persons"], block)
        columns["health_data_consent"] = wishes.consent_column(streams["wishes"], block)
        write("customers", columns)
        draw_subscribers(streams["users"], block)
        write("customer_merges", draw_merges(streams["merges"], block, orders))
        rng = streams["items"]
        columns, parts = refunds.refund_columns(rng, block, orders, first_number=next_number("refunds"))
        write("refunds", columns)
        write(
            "refunds",
            refunds.unusual_refund_columns(
                streams["refunds"], block, orders, parts, first_number=next_number("refunds")
            ),
            is_ever_late=False,
        )
        columns = purchases.order_columns(rng, block, orders, self.goods)
        columns["is_gift"] = wishes.gift_column(streams["wishes"], block, orders)
        write("orders", columns)
        items, line_order, line_product = purchases.item_columns(rng, block, orders, self.goods)
        write("order_items", items)
        del items

        rng = streams["talk"]
        write(
            "reviews", conversations.review_columns(rng, block, orders, self.goods, line_order, line_product)
        )
        del line_order, line_product

        rng = streams["users"]
        users, user_columns = draw_users(rng, block, first_number=next_number("users"))
        write("users", user_columns)
        write(
            "subscriptions",
            subscription_columns(rng, block, self.rates, first_number=next_number("subscriptions")),
        )
        write(
            "subscriptions",
            free_plan_columns(
                streams["plans"], block, users, self.rates, first_number=next_number("subscriptions")
            ),
            is_ever_late=False,
        )
        write(
            "product_events",
            event_columns(
                streams["events"], block, users, orders, first_number=next_number("product_events")
            ),
        )
        rng = streams["mail"]
        write("campaign_events", campaign_tables.campaign_event_columns(rng, block, self.campaigns))
        write("social_interactions", campaign_tables.social_columns(rng, block))

        rng = streams["talk"]
        write(
            "support_tickets",
            conversations.ticket_columns(rng, block, users, first_number=next_number("support_tickets")),
        )
        respondents = next_number("respondents")
        write(
            "survey_responses",
            conversations.survey_columns(rng, streams["persons"], block, first_number=respondents),
        )
        self._next["respondents"] = respondents + block.n  # an upper bound is enough
        write(
            "opportunities",
            conversations.opportunity_columns(
                rng, block, self.rates, self.goods, first_number=next_number("opportunities")
            ),
        )
        write("erasure_requests", conversations.draw_erasures(rng, block))
        truth.add_customers(customer_truth(streams["truth"], block))
