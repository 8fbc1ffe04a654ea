"""Who uses the product: users of customers, free users, trials.

A trial lasts fourteen days. It runs (no end yet), has lapsed, or was upgraded: then a subscription starts
when it ends. Some users belong to no customer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    labels,
    row_ids,
    timestamps,
)
from customer_segmentation.example.customers import BUYER, FREE_USER, LEAD, PROSPECT, Block
from customer_segmentation.example.devices import (
    DEVICE_WEIGHTS,
    DEVICES,
)
from customer_segmentation.example.parameters import SHARES

TRIAL_US = 14 * DAY_US
EVENTS_PER_SESSION = 3.5
NO_CUSTOMER = -1
TRIAL_OUTCOMES = ("none", "running", "lapsed", "upgraded")


@dataclass(frozen=True)
class Users:
    """Users of a block; `customer` is -1 for users without a customer."""

    user_ids: pa.Array
    customer: np.ndarray
    signed_up_at: np.ndarray
    trial_started_at: np.ndarray  # -1 without trial
    trial_ended_at: np.ndarray  # -1 while it runs
    sessions_per_year: np.ndarray
    active_until: np.ndarray
    device: np.ndarray
    second_device: np.ndarray
    first_user: np.ndarray  # by customer: its first user, -1 without

    @property
    def n(self) -> int:
        return len(self.customer)


def draw_users(
    rng: np.random.Generator, block: Block, *, first_number: int
) -> tuple[Users, dict[str, pa.Array]]:
    """Users and the table `users`."""
    hardly_digital = block.cluster == 1
    registers = rng.random(block.n) < np.where(hardly_digital, 0.45, 0.98)
    is_buyer = block.role == BUYER
    registers = np.select(
        [is_buyer, block.role == FREE_USER, np.isin(block.role, (PROSPECT, LEAD))],
        [registers, True, rng.random(block.n) < 0.55],
        default=False,
    ).astype(bool)
    subscribes = block.subscribed_at >= 0
    counts = np.where(subscribes, 1 + np.minimum(rng.poisson(1.6, block.n), 7), registers.astype(np.int64))
    free_count = round(block.n * SHARES["users_without_customer"])
    customer = np.concatenate([np.repeat(np.arange(block.n), counts), np.full(free_count, NO_CUSTOMER)])
    n = len(customer)
    has_customer = customer >= 0
    start = np.cumsum(counts) - counts
    number = np.where(has_customer, np.arange(n) - start[customer], 0)
    is_first = number == 0

    end = block.end_us
    free_start = block.start_day * DAY_US + (rng.random(n) ** 0.7 * (end - block.start_day * DAY_US)).astype(
        np.int64
    )
    known = block.created_at[customer]
    delay = np.where(rng.random(n) < 0.7, rng.integers(0, 1800, n), rng.exponential(40 * 86_400, n))
    signed_up = np.where(has_customer, known + delay.astype(np.int64) * SECOND_US, free_start)
    subscribed = np.where(has_customer, block.subscribed_at[customer], -1)
    converts = is_first & (subscribed >= 0) & (rng.random(n) < 0.7)
    signed_up = np.where(is_first & (subscribed >= 0), np.minimum(signed_up, subscribed), signed_up)
    signed_up = np.where(converts, subscribed - TRIAL_US, signed_up)
    signed_up = np.clip(signed_up // SECOND_US * SECOND_US, block.start_day * DAY_US, end - SECOND_US)

    role = np.where(has_customer, block.role[customer], FREE_USER)
    tries = (
        is_first
        & (subscribed < 0)
        & (
            (np.isin(role, (PROSPECT, LEAD)) & (rng.random(n) < 0.6))
            | ((role == FREE_USER) & (rng.random(n) < 0.35))
            | ((role == BUYER) & has_customer & block.is_business[customer] & (rng.random(n) < 0.4))
        )
    )
    trial_started = np.where(converts | tries, signed_up, -1)
    trial_ended = np.where(trial_started >= 0, trial_started + TRIAL_US, -1)
    trial_ended = np.where(trial_ended < end, trial_ended, -1)

    outcome = np.full(block.n, TRIAL_OUTCOMES.index("none"))
    for which, word in (
        (converts, "upgraded"),
        (tries & (trial_ended >= 0), "lapsed"),
        (tries & (trial_ended < 0), "running"),
    ):
        outcome[customer[which & has_customer]] = TRIAL_OUTCOMES.index(word)
    block.extras["trial_outcome"] = outcome

    # a customer's sessions fall mostly to its first users
    weight = 1.0 / (number + 1.0)
    weight /= np.where(
        has_customer, np.bincount(customer[has_customer], weight[has_customer], block.n)[customer], 1.0
    )
    own_rate = np.where(has_customer, block.events_per_year[customer], 0.0)
    events_per_year = (
        np.select(
            [role == PROSPECT, role == LEAD, role == FREE_USER],
            [24.0, 9.0, 40.0],
            default=own_rate,
        )
        * weight
    )
    loses_interest = signed_up + TRIAL_US + (rng.exponential(100.0, n) * 86_400).astype(np.int64) * SECOND_US
    active_until = np.where(role == BUYER, end, np.minimum(loses_interest, end))

    user_ids = row_ids("U", first_number + np.arange(n), width=8)
    first_user = np.where(counts > 0, start, -1)
    devices_count = len(DEVICES)
    users = Users(
        user_ids=user_ids,
        customer=customer,
        signed_up_at=signed_up,
        trial_started_at=trial_started,
        trial_ended_at=trial_ended,
        sessions_per_year=events_per_year / EVENTS_PER_SESSION,
        active_until=active_until,
        device=rng.choice(devices_count, n, p=DEVICE_WEIGHTS),
        second_device=rng.choice(devices_count, n, p=DEVICE_WEIGHTS),
        first_user=first_user,
    )
    block.extras["main_device"] = np.where(first_user >= 0, users.device[first_user], -1)
    contact = np.full(n, -1)
    if block.contacts_count is not None and block.contacts_start is not None:
        has_contact = has_customer & (number < block.contacts_count[customer])
        contact = np.where(has_contact, block.contacts_start[customer] + number, -1)
    columns = {
        "user_id": user_ids,
        "contact_id": labels(contact, block.contact_ids, where=rng.random(n) < 0.9),
        "customer_id": block.ids_of(customer),
        "signed_up_at": timestamps(signed_up),
        "trial_started_at": timestamps(trial_started, where=trial_started >= 0),
        "trial_ended_at": timestamps(trial_ended, where=trial_ended >= 0),
    }
    return users, columns
