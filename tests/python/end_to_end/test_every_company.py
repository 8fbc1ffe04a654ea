"""Every customer has one label in every scheme, whatever tables a company has; what lacks a table says unknown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.refreshed import Refreshed, command

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

AS_OF = pd.Timestamp("2026-06-30")
MakeOnce = Callable[[str, Callable[[Path], object]], Path]


def contracts_only(folder: Path) -> None:
    """120 customers with one to three contracts each, and no other table but their identifiers."""
    random = np.random.default_rng(11)
    customers = [f"S{number:03}" for number in range(120)]
    rows = []
    for customer in customers:
        begins = AS_OF - pd.Timedelta(days=int(random.integers(20, 900)))
        for _ in range(int(random.integers(1, 4))):
            if begins > AS_OF:
                break
            months = int(random.integers(1, 15))
            ends = begins + pd.DateOffset(months=months)
            rows.append(
                (customer, begins, ends, ("basic", "team")[months % 2], float(random.integers(20, 200)))
            )
            begins = ends + pd.Timedelta(days=int(random.integers(0, 60)))
    delivered = folder / "input"
    delivered.mkdir()
    contracts = pd.DataFrame(rows, columns=["customer_id", "started_at", "ended_at", "plan", "mrr_amount"])
    contracts["ended_at"] = contracts["ended_at"].where(contracts["ended_at"] <= AS_OF)
    contracts.assign(subscription_id=range(len(rows)), billing_interval="monthly", status="active").to_csv(
        delivered / "subscriptions.csv", index=False
    )
    pd.DataFrame({"customer_id": customers}).to_csv(delivered / "customers.csv", index=False)
    words = ("--input", delivered, "--as-of", f"{AS_OF:%Y-%m-%d}", "--warehouse", folder / "warehouse")
    done = command("refresh", *words)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.fixture(scope="session")
def subscriptions_only(make_once: MakeOnce) -> Refreshed:
    return Refreshed(make_once("subscriptions_only", contracts_only) / "warehouse")


@pytest.fixture(scope="session")
def orders_only(business: Callable[[str], Refreshed]) -> Refreshed:
    return business("seasonal")


COMPANIES = ["example", "orders_only", "subscriptions_only", "retailer", "crm", "software"]


@pytest.mark.parametrize("company", COMPANIES)
def test_every_customer_has_one_label_in_every_scheme(company: str, request: pytest.FixtureRequest) -> None:
    refreshed: Refreshed = request.getfixturevalue(company)
    wrong = refreshed.published(
        """
        with counted as (
            select customers.customer_id, schemes.scheme, count(labels.segment) as labels_count
            from (select customer_id from customer_segments) as customers
            cross join (select scheme from scheme_usage) as schemes
            left join customer_segment_assignments as labels using (customer_id, scheme)
            group by all
        )
        select scheme, labels_count, count(*) from counted where labels_count <> 1 group by all order by all
        """
    )
    assert wrong == []
    [(customers, schemes, labels)] = refreshed.published(
        "select (select count(*) from customer_segments), (select count(*) from scheme_usage), count(*) "
        "from customer_segment_assignments"
    )
    assert customers > 0
    assert labels == customers * schemes


# What orders, and what subscriptions, tell without any other table but the identifiers of customers.
SILENT = {"unknown", "not_applicable", "not_consented"}
OF_BOTH = "churn_risk journey_stage lifecycle loyalty pareto_class primary_value value_driver value_tier"
OF_ORDERS = (
    "activity_state activity_trend basket_size habit_daypart habit_week occasion order_size persona "
    "purchase_frequency purchase_urgency returns rfm rhythm_risk second_purchase shipping_and_benefits"
)
OF_SUBSCRIPTIONS = "cancellation_reason plan_interval plan_tier renewal_window secondary_value trial_status"


@pytest.mark.parametrize(
    ("company", "told"), [("orders_only", OF_ORDERS), ("subscriptions_only", OF_SUBSCRIPTIONS)]
)
def test_what_lacks_a_table_says_one_thing_of_everybody(
    company: str, told: str, request: pytest.FixtureRequest
) -> None:
    """It is unknown, does not concern customers who are no companies, or asks for a consent that nobody gave."""
    refreshed: Refreshed = request.getfixturevalue(company)
    found = refreshed.published(
        "select scheme, list(distinct segment) from customer_segment_assignments group by 1"
    )
    answered = {scheme for scheme, labels in found if len(labels) > 1 or not set(labels) <= SILENT}
    assert answered == {*OF_BOTH.split(), *told.split()}
    assert len(found) > 100
    unknown = {scheme for scheme, labels in found if labels == ["unknown"]}
    assert {"engagement_level", "main_device", "support_need", "use_case", "continent"} <= unknown
