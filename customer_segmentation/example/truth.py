"""The planted truth, written to `truth/` beside the input tables and never mixed into them.

`truth/customers.parquet` has one row per customer row of the input, `truth/dirt.parquet` one per planted
fault, `truth/parameters.json` every planted number.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from customer_segmentation.example.catalogue import CATEGORY_NAMES
from customer_segmentation.example.columns import dates, labels, numbers, timestamps
from customer_segmentation.example.conversations import QUESTIONS, STAGES, TRAITS
from customer_segmentation.example.customers import ROLES, Block
from customer_segmentation.example.devices import DEVICE_TYPE, DEVICE_TYPES
from customer_segmentation.example.parameters import CLUSTERS, GAMMA_GAMMA
from customer_segmentation.example.users import TRIAL_OUTCOMES
from customer_segmentation.example.vocabulary import (
    EDUCATIONS,
    EMPLOYMENT_STATUSES,
    FIRST_TOUCH_SOURCES,
    GENDERS,
    MARITAL_STATUSES,
    OCCUPATIONS,
)

TEXT = pa.string()
CUSTOMER_TRUTH = pa.schema(
    {
        "customer_id": TEXT,
        "role": TEXT,
        "is_buyer": pa.bool_(),
        "true_cluster": TEXT,
        "purchase_rate_per_week": pa.float64(),  # lambda
        "dropout_probability": pa.float64(),  # p
        "first_purchase_date": pa.date32(),
        "last_purchase_date": pa.date32(),
        "purchases_count": pa.int64(),  # purchase days up to `until`, the first and those under old ids too
        "is_alive": pa.bool_(),  # at the end of `until`, null for those who never bought
        "churned_date": pa.date32(),  # day of the last purchase of those who left by `until`
        "expected_purchases_next_90_days": pa.float64(),  # given the true rate, probability and is_alive
        "expected_purchases_next_365_days": pa.float64(),
        "purchases_next_90_days_count": pa.int64(),  # what really happens after `until`
        "purchases_next_365_days_count": pa.int64(),
        "mean_spend_amount": pa.float64(),  # expected spend per purchase, reporting currency
        "spend_next_365_days_amount": pa.float64(),
        "renewal_churn_probability": pa.float64(),
        "subscription_ended_at": pa.timestamp("us"),
        "procurement_model": TEXT,
        "main_device_type": TEXT,  # four fifths of the first user's sessions are on it
        "connected_apps_count": pa.int64(),  # in use on `until`
        "acquisition_channel": TEXT,  # in the words of web analytics
        "first_touch_channel": TEXT,
        "referrer_customer_id": TEXT,
        "trial_outcome": TEXT,  # of the first user: none, running, lapsed or upgraded
        "is_erased": pa.bool_(),
        "merged_into_customer_id": TEXT,
        "discounted_ratio": pa.float64(),
        "online_ratio": pa.float64(),
        "opened_ratio": pa.float64(),
        "clicked_ratio": pa.float64(),
        "lines_per_order": pa.float64(),
        "events_per_year": pa.float64(),
        "tickets_per_year": pa.float64(),
        "favourite_categories_count": pa.int64(),
        "satisfaction": pa.float64(),
        "has_health_consent": pa.bool_(),
        "has_marketing_consent": pa.bool_(),
        "true_birth_date": pa.date32(),  # null from here on: no person
        "true_gender": TEXT,
        "true_household_size": pa.int64(),
        "true_children_count": pa.int64(),
        "true_annual_income": pa.float64(),  # reporting currency
        "true_occupation": TEXT,
        "true_education": TEXT,
        "true_employment_status": TEXT,
        "true_marital_status": TEXT,
        "works_for_a_customer": pa.bool_(),  # where an employer is stated
        **{f"true_{name}": TEXT for name in TRAITS},  # in the words of an answer
        "favourite_categories": TEXT,  # joined by semicolons, the most liked first
        "gift_ratio": pa.float64(),
        "urgent_ratio": pa.float64(),  # of orders that are shipped: wanted within two days
        "is_ideal_account": pa.bool_(),  # of companies without a group: all that makes the ideal profile
        "open_deal_stage": TEXT,  # of those with one open deal
        "is_deal_stuck": pa.bool_(),  # the same, where the source says since when it is at its stage
    }
)


def expected_purchases(rate_per_week: np.ndarray, dropout: np.ndarray, days: float) -> np.ndarray:
    """Purchases in the coming days of a customer who is alive: (1 - exp(-lambda p t)) / p."""
    return -np.expm1(-rate_per_week * dropout * days / 7.0) / dropout


def customer_truth(rng: np.random.Generator, block: Block) -> pa.Table:
    """One row per customer of the block; also draws the spend after `until`."""
    is_buyer, extras = block.is_buyer, block.extras
    is_alive = is_buyer & (block.churned_day > block.until_day)
    rate, dropout = extras["purchase_rate"], extras["dropout_probability"]
    following = extras["purchases_next_365_days"]
    shape = GAMMA_GAMMA["p"]
    spend_after = np.where(
        following > 0, rng.gamma(np.maximum(shape * following, 1e-9)) / block.spend_rate, 0.0
    )
    merged_into = extras["merged_into"]
    columns = {
        "customer_id": block.customer_ids,
        "role": labels(block.role, ROLES),
        "is_buyer": numbers(is_buyer),
        "true_cluster": labels(block.cluster, [one.key for one in CLUSTERS]),
        "purchase_rate_per_week": numbers(rate, where=is_buyer),
        "dropout_probability": numbers(dropout, where=is_buyer),
        "first_purchase_date": dates(extras["first_day"], where=is_buyer),
        "last_purchase_date": dates(extras["last_day"], where=is_buyer),
        "purchases_count": numbers(extras["orders_count"]),
        "is_alive": numbers(is_alive, where=is_buyer),
        "churned_date": dates(block.churned_day, where=is_buyer & ~is_alive),
        "purchases_next_90_days_count": numbers(extras["purchases_next_90_days"]),
        "purchases_next_365_days_count": numbers(following),
        "mean_spend_amount": numbers(shape / block.spend_rate, where=is_buyer),
        "spend_next_365_days_amount": numbers(spend_after),
        "renewal_churn_probability": numbers(
            extras["renewal_churn_probability"], where=block.subscribed_at >= 0
        ),
        "subscription_ended_at": timestamps(
            extras["subscription_ended_at"], where=extras["subscription_ended_at"] >= 0
        ),
        "procurement_model": labels(
            (~block.is_centralised).astype(np.int64),
            ("centralised", "decentralised"),
            where=block.is_business,
        ),
        "main_device_type": labels(
            DEVICE_TYPE[extras["main_device"]], DEVICE_TYPES, where=extras["main_device"] >= 0
        ),
        "connected_apps_count": numbers(extras["connected_apps_count"]),
        "acquisition_channel": labels(extras["acquisition_channel"], FIRST_TOUCH_SOURCES),
        "first_touch_channel": labels(extras["first_touch_channel"], FIRST_TOUCH_SOURCES),
        "referrer_customer_id": block.ids_of(extras["referred_by"]),
        "trial_outcome": labels(extras["trial_outcome"], TRIAL_OUTCOMES),
        "is_erased": numbers(extras["is_erased"]),
        "merged_into_customer_id": block.ids_of(merged_into),
        "favourite_categories_count": numbers(block.favourite_categories_count),
        "open_deal_stage": labels(extras["open_deal_stage"], STAGES, where=extras["open_deal_stage"] >= 0),
        "is_ideal_account": numbers(extras["is_ideal_account"] == 1, where=extras["is_ideal_account"] >= 0),
        "is_deal_stuck": numbers(extras["is_deal_stuck"] == 1, where=extras["is_deal_stuck"] >= 0),
        **{name: numbers(extras[name]) for name in ("has_health_consent", "gift_ratio", "urgent_ratio")},
    }
    columns |= _persons(block)
    for days in (90, 365):
        expected = np.where(is_alive, expected_purchases(rate, dropout, days), 0.0)
        columns[f"expected_purchases_next_{days}_days"] = numbers(expected)
    for name in CUSTOMER_TRUTH.names:
        if name not in columns:
            columns[name] = numbers(getattr(block, name))
    return pa.Table.from_arrays(
        [columns[field.name].cast(field.type) for field in CUSTOMER_TRUTH], schema=CUSTOMER_TRUTH
    )


def _persons(block: Block) -> dict[str, pa.Array]:
    """Who the people are, whether they state it or not."""
    extras, is_person = block.extras, ~block.is_business
    words = {
        "true_gender": GENDERS,
        "true_occupation": OCCUPATIONS,
        "true_education": EDUCATIONS,
        "true_employment_status": EMPLOYMENT_STATUSES,
        "true_marital_status": MARITAL_STATUSES,
    }
    amounts = ("true_household_size", "true_children_count", "true_annual_income", "works_for_a_customer")
    return {
        "has_marketing_consent": numbers(block.has_consent),
        "true_birth_date": dates(extras["true_birth_date"], where=is_person),
        **{name: labels(extras[name], of, where=is_person) for name, of in words.items()},
        **{name: numbers(extras[name], where=is_person) for name in amounts},
        **{
            f"true_{name}": labels(extras[f"true_{name}"], QUESTIONS[name], where=is_person)
            for name in TRAITS
        },
        "favourite_categories": pa.array(
            ";".join(CATEGORY_NAMES[category] for category in liked[:count])
            for liked, count in zip(
                block.favourite_categories.tolist(), block.favourite_categories_count.tolist(), strict=True
            )
        ),
    }


DIRT_TRUTH = pa.schema({"input_table": TEXT, "row_key": TEXT, "kind": TEXT, "expected": TEXT})


class TruthWriter:
    """Writes the truth tables block by block; use as a context manager."""

    def __init__(self, output_dir: Path) -> None:
        self._dir = output_dir / "truth"

    def __enter__(self) -> TruthWriter:
        self._dir.mkdir(parents=True, exist_ok=True)
        self._customers = pq.ParquetWriter(
            self._dir / "customers.parquet", CUSTOMER_TRUTH, compression="snappy"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._customers.close()

    def add_customers(self, rows: pa.Table) -> None:
        """Appends the truth of one block."""
        self._customers.write_table(rows)

    def write_dirt(self, faults: list[dict[str, str]]) -> None:
        """The list of planted faults."""
        pq.write_table(pa.Table.from_pylist(faults, schema=DIRT_TRUTH), self._dir / "dirt.parquet")

    def write_parameters(self, parameters: dict[str, Any]) -> None:
        """All planted numbers."""
        text = json.dumps(parameters, indent=2, ensure_ascii=False)
        (self._dir / "parameters.json").write_text(text + "\n", encoding="utf-8")
