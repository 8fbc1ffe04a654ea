"""Every planted number of the example company, in one place.

The tables are drawn from the processes described here, so that a test can ask how much of the truth a
model recovers. Amounts are in the reporting currency, rates per week, weeks are days / 7.

Purchases follow the BG/NBD model (Fader, Hardie and Lee 2005): each buyer purchases at a Poisson rate
lambda ~ Gamma(r, rate alpha) and leaves after each *repeat* purchase with probability p ~ Beta(a, b).
Spend per purchase follows the Gamma-Gamma model and is independent of the purchase rate: a buyer draws
nu ~ Gamma(q, rate gamma), each purchase then Gamma(p, rate nu). Contracts end at a renewal with a
probability drawn once per customer from a beta distribution (shifted beta-geometric).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REPORTING_CURRENCY = "USD"
YEARS_COUNT = 3

BG_NBD = {"r": 0.9, "alpha": 2.75, "a": 0.8, "b": 6.5}
GAMMA_GAMMA = {"p": 6.0, "q": 4.0, "gamma": 45.0}
RENEWAL = {"month": {"alpha": 0.8, "beta": 9.0}, "year": {"alpha": 0.7, "beta": 2.2}}

SHARES = {
    "business": 0.35,
    # role of a customer row
    "buyer": 0.82,
    "prospect": 0.091,
    "lead": 0.05,
    "free_user": 0.03,
    "partner_without_orders": 0.008,
    "test_account": 0.001,
    "partner_among_buyers": 0.012,
    # of business buyers
    "subscription": 0.55,
    "yearly_billing": 0.35,
    # of business customers
    "group_root": 0.05,
    "group_middle": 0.10,
    "group_leaf": 0.10,
    # rows beside the purchase process, relative to its orders
    "cancelled_orders": 0.03,
    "test_orders": 0.004,
    # of the orders of the purchase process
    "refunded_fully": 0.012,
    "refunded_partly": 0.028,
    # of the partly refunded orders, and of cancelled and of test orders
    "refunded_again": 0.25,
    "refunded_without_sale": 0.15,
    # of customers
    "erasure_requests": 0.0015,
    "merges": 0.002,
    "free_plans": 0.03,
    "first_day_subscriptions": 0.003,
    # of subscribers: first on a free plan
    "free_before_paid": 0.15,
    # of trials: the billing keeps them as a subscription without an amount
    "trials_as_subscriptions": 0.25,
    # of customers: agree that what tells of body or health is used
    "health_consent": 0.4,
    # of people who state an employer
    "works_for_a_customer": 0.25,
    # of consumers: most of their orders are gifts
    "gift_givers": 0.12,
    # of all users
    "users_without_customer": 0.04,
}

CONVERSION_RATIO = {"newsletter": 0.01, "control": 0.04, "treatment": 0.07}


@dataclass(frozen=True)
class Cluster:
    """Habits of one planted customer type; all are independent of the purchase rate and of spend."""

    key: str
    description: str
    discounted_ratio: float  # share of orders with a discount
    online_ratio: float  # share of orders placed online
    favourite_categories_count: int  # categories the customer chooses from
    lines_per_order: float  # mean number of order lines
    events_per_year: float  # mean number of product events a year
    opened_ratio: float  # share of delivered e-mails that are opened
    clicked_ratio: float  # share of opened e-mails that are clicked
    tickets_per_year: float  # mean number of support tickets a year


CLUSTERS = (
    Cluster(
        key="deal_hunter",
        description="waits for a discount, reads every e-mail",
        discounted_ratio=0.80,
        online_ratio=0.85,
        favourite_categories_count=5,
        lines_per_order=2.0,
        events_per_year=18.0,
        opened_ratio=0.75,
        clicked_ratio=0.65,
        tickets_per_year=0.15,
    ),
    Cluster(
        key="store_loyalist",
        description="buys at full price in the store, hardly digital",
        discounted_ratio=0.10,
        online_ratio=0.08,
        favourite_categories_count=5,
        lines_per_order=2.4,
        events_per_year=1.0,
        opened_ratio=0.45,
        clicked_ratio=0.08,
        tickets_per_year=0.10,
    ),
    Cluster(
        key="power_user",
        description="lives in the product, buys one kind of thing online",
        discounted_ratio=0.15,
        online_ratio=0.96,
        favourite_categories_count=2,
        lines_per_order=1.15,
        events_per_year=79.0,
        opened_ratio=0.60,
        clicked_ratio=0.25,
        tickets_per_year=0.30,
    ),
    Cluster(
        key="bulk_planner",
        description="few sessions, large mixed baskets",
        discounted_ratio=0.35,
        online_ratio=0.55,
        favourite_categories_count=12,
        lines_per_order=6.5,
        events_per_year=7.0,
        opened_ratio=0.50,
        clicked_ratio=0.20,
        tickets_per_year=0.15,
    ),
    Cluster(
        key="service_seeker",
        description="needs help before and after each purchase",
        discounted_ratio=0.12,
        online_ratio=0.65,
        favourite_categories_count=3,
        lines_per_order=1.4,
        events_per_year=20.0,
        opened_ratio=0.55,
        clicked_ratio=0.12,
        tickets_per_year=4.5,
    ),
)
CLUSTER_WEIGHTS = (0.24, 0.20, 0.20, 0.18, 0.18)


def planted_parameters() -> dict[str, Any]:
    """All of the above as plain values, for `truth/parameters.json`."""
    return {
        "reporting_currency": REPORTING_CURRENCY,
        "weeks": "days / 7",
        "bg_nbd": BG_NBD,
        "gamma_gamma": GAMMA_GAMMA,
        "renewal": RENEWAL,
        "shares": SHARES,
        "conversion_ratio": CONVERSION_RATIO,
        "clusters": [
            {"weight": weight, **cluster.__dict__}
            for weight, cluster in zip(CLUSTER_WEIGHTS, CLUSTERS, strict=True)
        ],
    }
