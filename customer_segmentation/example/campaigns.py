"""Campaigns and how customers answer: e-mail events, experiments, social interactions.

An experiment is a pair of campaigns `X…-C` and `X…-T`: the control arm gets the plain mail, the treatment
arm the offer, with planted conversion ratios per mail sent. Nobody is in both arms. Conversions are events
of their own and do not change the purchase process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    labels,
    money,
    timestamps,
)
from customer_segmentation.example.customers import TEST_ACCOUNT, Block
from customer_segmentation.example.devices import (
    DEVICE_SYSTEM,
    DEVICE_TYPE,
    DEVICE_TYPES,
    DEVICE_WEIGHTS,
    DEVICES,
    OPERATING_SYSTEMS,
)
from customer_segmentation.example.parameters import CONVERSION_RATIO

NETWORKS = ("instagram", "linkedin", "facebook", "x", "youtube", "tiktok")
INTERACTIONS = ("like", "comment", "share", "mention", "follow", "message")


@dataclass(frozen=True)
class Campaigns:
    """All campaigns; those by e-mail come first, ordered by day."""

    ids: pa.Array
    day: np.ndarray
    conversion_ratio: np.ndarray
    mails_count: int
    columns: dict[str, pa.Array]


def draw_campaigns(rng: np.random.Generator, *, start_day: int, until_day: int) -> Campaigns:
    """A newsletter every week, an experiment every second month, two promotions a quarter, paid channels."""
    rows: list[tuple[int, str, str, str | None, str]] = []
    for number, day in enumerate(range(start_day + 7, until_day - 1, 7)):
        rows.append((day, f"N{number:03d}", "newsletter", None, "newsletter"))
    for number, day in enumerate(range(start_day + 40, until_day - 1, 45)):
        rows.append((day, f"P{number:03d}", "promotion", None, "treatment"))
    for number, day in enumerate(range(start_day + 50, until_day - 1, 60)):
        kind = ("promotion", "win_back", "product_launch")[number % 3]
        rows.append((day, f"X{number:03d}-C", kind, "control", "control"))
        rows.append((day, f"X{number:03d}-T", kind, "treatment", "treatment"))
    rows.sort()
    mails_count = len(rows)
    paid = [
        (day, f"A{channel[:2].upper()}{number:02d}", "advertisement", None, channel)
        for channel in ("paid_search", "social", "display")
        for number, day in enumerate(range(start_day, until_day, 91))
    ]
    ids = pa.array([row[1] for row in rows + paid])
    cost = rng.integers(20_000, 400_000, len(ids))
    cost[mails_count:] *= 10
    return Campaigns(
        ids=ids,
        day=np.array([row[0] for row in rows]),
        conversion_ratio=np.array([CONVERSION_RATIO[row[4]] for row in rows]),
        mails_count=mails_count,
        columns={
            "campaign_id": ids,
            "channel": pa.array(["email"] * mails_count + [row[4] for row in paid]),
            "kind": pa.array([row[2] for row in rows + paid]),
            "cost_amount": money(cost),
            "experiment_arm": pa.array([row[3] for row in rows + paid], pa.string()),
        },
    )


EVENT_TYPES = ("sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "converted")
_SENT, _DELIVERED, _OPENED, _CLICKED, _BOUNCED, _UNSUBSCRIBED, _CONVERTED = range(7)
MAILS_PER_YEAR = 6.5


def campaign_event_columns(
    rng: np.random.Generator, block: Block, campaigns: Campaigns
) -> dict[str, pa.Array]:
    """The table `campaign_events`: every campaign goes to a sample of those who have consented."""
    created_day = block.created_at // DAY_US
    gets_mail = block.has_consent & (block.role != TEST_ACCOUNT)
    # of those who get mail, some unsubscribe at some time
    leaves = rng.random(block.n) < 0.07
    leave_day = np.where(
        leaves, created_day + rng.random(block.n) * (block.until_day - created_day), block.until_day + 1
    ).astype(np.int64)
    first_campaign = np.searchsorted(campaigns.day, created_day + 1)
    end_campaign = np.searchsorted(campaigns.day, leave_day)
    available = np.maximum(end_campaign - first_campaign, 0) * gets_mail
    years = np.maximum(leave_day - created_day, 0) / 365.25
    counts = np.minimum(rng.poisson(MAILS_PER_YEAR * years) + 1, available)
    customer = np.repeat(np.arange(block.n), counts)
    campaign = first_campaign[customer] + (rng.random(len(customer)) * available[customer]).astype(np.int64)
    pair = np.unique(customer * len(campaigns.day) + campaign)
    # nobody is in both arms of an experiment
    ids = campaigns.ids.slice(0, campaigns.mails_count).to_pylist()
    is_treatment = np.array([one.endswith("-T") for one in ids])
    customer, campaign = pair // len(campaigns.day), pair % len(campaigns.day)
    in_both = np.zeros(len(pair), bool)
    in_both[1:] = is_treatment[campaign[1:]] & (pair[1:] == pair[:-1] + 1)
    customer, campaign = customer[~in_both], campaign[~in_both]
    n = len(customer)

    sent_at = campaigns.day[campaign] * DAY_US + (8 * 3600 + rng.integers(0, 1800, n)) * SECOND_US
    is_last = np.concatenate([customer[1:] != customer[:-1], [True]]) if n else np.zeros(0, bool)
    bounced = rng.random(n) < 0.015
    opened = ~bounced & (rng.random(n) < block.opened_ratio[customer])
    clicked = opened & (rng.random(n) < block.clicked_ratio[customer])
    converted = rng.random(n) < campaigns.conversion_ratio[campaign]
    unsubscribed = is_last & leaves[customer] & ~bounced
    open_delay = (rng.exponential(9.0, n) * 3600).astype(np.int64) + 60
    late = open_delay + rng.integers(20, 600, n)
    again = opened & (rng.random(n) < 0.2)

    parts = [
        (np.arange(n), _SENT, np.zeros(n, np.int64)),
        (np.flatnonzero(~bounced), _DELIVERED, np.full(n, 20)),
        (np.flatnonzero(bounced), _BOUNCED, np.full(n, 25)),
        (np.flatnonzero(opened), _OPENED, open_delay),
        (np.flatnonzero(again), _OPENED, open_delay + 86_400),
        (np.flatnonzero(clicked), _CLICKED, late),
        (np.flatnonzero(unsubscribed), _UNSUBSCRIBED, late + 30),
        (np.flatnonzero(converted), _CONVERTED, late + 7200),
    ]
    mail = np.concatenate([part[0] for part in parts])
    kind = np.concatenate([np.full(len(part[0]), part[1]) for part in parts])
    time = np.concatenate([sent_at[part[0]] + part[2][part[0]] * SECOND_US for part in parts])
    kept = np.flatnonzero(time < block.end_us)
    kept = kept[np.argsort(time[kept], kind="stable")]
    mail, kind, time = mail[kept], kind[kept], time[kept]
    n = len(kept)
    who = customer[mail]
    contact = np.full(n, -1)
    if block.contacts_count is not None and block.contacts_start is not None:
        # one contact per mail, mostly the first
        chosen = (rng.random(len(customer)) ** 3 * block.contacts_count[customer]).astype(np.int64)
        contact = np.where(block.contacts_count[who] > 0, block.contacts_start[who] + chosen[mail], -1)
    main_device = rng.choice(len(DEVICES), block.n, p=DEVICE_WEIGHTS)
    device = np.where(rng.random(n) < 0.85, main_device[who], rng.integers(0, len(DEVICES), n))
    on_device = np.isin(kind, (_OPENED, _CLICKED, _UNSUBSCRIBED))
    return {
        "contact_id": labels(contact, block.contact_ids),
        "customer_id": block.ids_of(who),
        "campaign_id": labels(campaign[mail], campaigns.ids),
        "event_type": labels(kind, EVENT_TYPES),
        "occurred_at": timestamps(time),
        "device_type": labels(DEVICE_TYPE[device], DEVICE_TYPES, where=on_device),
        "operating_system": labels(DEVICE_SYSTEM[device], OPERATING_SYSTEMS, where=on_device),
    }


def social_columns(rng: np.random.Generator, block: Block) -> dict[str, pa.Array]:
    """The table `social_interactions`: a sixth of the customers take part."""
    takes_part = (rng.random(block.n) < 0.16) & (block.role != TEST_ACCOUNT)
    counts = np.where(takes_part, 1 + rng.poisson(rng.gamma(0.8, 4.0, block.n)), 0)
    customer = np.repeat(np.arange(block.n), counts)
    n = len(customer)
    favourite = rng.integers(0, len(NETWORKS), block.n)
    network = np.where(rng.random(n) < 0.75, favourite[customer], rng.integers(0, len(NETWORKS), n))
    start = block.created_at[customer]
    time = start + (rng.random(n) * (block.end_us - start)).astype(np.int64) // SECOND_US * SECOND_US
    by_time = np.argsort(time, kind="stable")
    return {
        "customer_id": block.ids_of(customer[by_time]),
        "network": labels(network[by_time], NETWORKS),
        "interaction_type": labels(rng.choice(6, n, p=[0.5, 0.15, 0.12, 0.08, 0.1, 0.05]), INTERACTIONS),
        "occurred_at": timestamps(time[by_time]),
    }
