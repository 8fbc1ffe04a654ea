"""What customers say: support tickets, reviews, surveys, opportunities, erasure and merge requests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from customer_segmentation.example import clocks, places
from customer_segmentation.example.catalogue import Catalogue
from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    dates,
    labels,
    money,
    numbers,
    row_ids,
    timestamps,
)
from customer_segmentation.example.customers import BUYER, LEAD, PROSPECT, TEST_ACCOUNT, Block
from customer_segmentation.example.parameters import SHARES
from customer_segmentation.example.purchases import Orders
from customer_segmentation.example.users import Users

TICKET_CHANNELS = ("page_visit", "form", "agent", "chat", "phone")
TOPICS = ("delivery", "return", "billing", "how to", "bug", "accessibility", "account", "complaint")

# question key: possible answers
QUESTIONS: dict[str, tuple[str, ...]] = {
    "nps": tuple(str(score) for score in range(11)),
    "how_did_you_hear": (
        "search",
        "a friend",
        "social media",
        "an advertisement",
        "newsletter",
        "event",
        "podcast",
    ),
    "personality": ("planner", "explorer", "sociable", "analytical", "cautious"),
    "values": ("sustainability", "family", "achievement", "security", "independence", "tradition"),
    "attitude_to_brands": ("loyal", "curious", "indifferent", "critical"),
    "beliefs": ("quality lasts", "price decides", "local is better", "technology helps"),
    "life_style": ("urban professional", "family first", "outdoor", "minimalist", "student life", "retired"),
    "hobbies": ("cooking", "sports", "gaming", "reading", "gardening", "travel", "music"),
    "interests": ("design", "technology", "fashion", "health", "finance", "home"),
    "media": ("podcasts", "newspapers", "streaming", "social media", "radio"),
    "style_preference": ("classic", "modern", "nordic", "retro"),
    "main_need": ("save money", "save time", "feel well", "look good", "comply with rules"),
    "satisfaction": ("1", "2", "3", "4", "5"),
}
# what people are, whoever asks
TRAITS = ("personality", "values", "attitude_to_brands", "beliefs", "life_style", "hobbies", "media")
STAGES = ("problem", "interest", "evaluation", "proposal", "won", "lost")
USE_CASES = ("new office", "replacement", "home office", "event", "team rollout", "gift")
URGENCIES = ("low", "medium", "high")


def ticket_columns(
    rng: np.random.Generator, block: Block, users: Users, *, first_number: int
) -> dict[str, pa.Array]:
    """The table `support_tickets`; the number of tickets is a habit of the planted cluster."""
    start = block.created_at
    is_shown = (block.role == BUYER) | (rng.random(block.n) < 0.1)
    years = (block.end_us - start) / (365.25 * DAY_US)
    # those who need help ask for it soon, so even young relations show the habit
    expected = block.tickets_per_year * (years + 0.5) * is_shown * (block.role != TEST_ACCOUNT)
    customer = np.repeat(np.arange(block.n), rng.poisson(expected))
    n = len(customer)
    instant = (start[customer] + rng.random(n) * (block.end_us - start[customer])) / DAY_US
    is_business = block.is_business[customer]
    day = np.floor(clocks.weekday_clock(instant, is_business)).astype(np.int64)
    opened = day * DAY_US + clocks.time_of_day(
        rng, is_business, block.hour_shift[customer], block.utc_offset[customer]
    )
    opened = np.clip(opened, start[customer], block.end_us - SECOND_US)
    by_time = np.argsort(opened, kind="stable")
    customer, opened = customer[by_time], opened[by_time]
    closed = opened + (rng.exponential(1.6, n) * 86_400 + 300).astype(np.int64) * SECOND_US
    is_closed = (closed < block.end_us) & (rng.random(n) < 0.97)
    score = np.clip(np.rint(1 + 4 * block.satisfaction[customer] + rng.normal(0, 0.7, n)), 1, 5).astype(
        np.int32
    )
    user = users.first_user[customer]
    user = np.where((user >= 0) & (opened >= users.signed_up_at[user]), user, -1)
    return {
        "ticket_id": row_ids("T", first_number + np.arange(n), width=8),
        "customer_id": block.ids_of(customer),
        "user_id": labels(user, users.user_ids, where=rng.random(n) < 0.7),
        "opened_at": timestamps(opened),
        "closed_at": timestamps(closed, where=is_closed),
        "channel": labels(rng.choice(5, n, p=[0.1, 0.25, 0.25, 0.28, 0.12]), TICKET_CHANNELS),
        "topic": labels(
            rng.choice(len(TOPICS), n, p=[0.24, 0.15, 0.14, 0.2, 0.1, 0.02, 0.1, 0.05]),
            TOPICS,
            where=rng.random(n) < 0.95,
        ),
        "satisfaction_score": numbers(score, where=is_closed & (rng.random(n) < 0.4)),
    }


def review_columns(
    rng: np.random.Generator,
    block: Block,
    orders: Orders,
    catalogue: Catalogue,
    line_order: np.ndarray,
    line_product: np.ndarray,
) -> dict[str, pa.Array]:
    """The table `reviews`: some bought products are rated, by the customer's planted satisfaction."""
    reviews = orders.is_purchase[line_order] & (rng.random(len(line_order)) < 0.03)
    order, product = line_order[reviews], line_product[reviews]
    time = (
        orders.ordered_at[order]
        + ((2.0 + rng.exponential(12.0, len(order))) * 86_400).astype(np.int64) * SECOND_US
    )
    kept = time < block.end_us
    order, product, time = order[kept], product[kept], time[kept]
    n = len(order)
    customer = orders.customer[order]
    rating = np.clip(np.rint(0.8 + 4.6 * block.satisfaction[customer] + rng.normal(0, 0.8, n)), 1, 5)
    return {
        "customer_id": block.ids_of(customer),
        "product_id": labels(product, catalogue.product_ids),
        "rating": numbers(rating.astype(np.int32)),
        "reviewed_at": timestamps(time),
    }


def survey_columns(
    rng: np.random.Generator, person_rng: np.random.Generator, block: Block, *, first_number: int
) -> dict[str, pa.Array]:
    """The table `survey_responses`: an eighth of the customers answer, some of them not by name.

    Answers to TRAITS are what a person is (`block.extras`), but for three in a hundred; five in a hundred
    leave the question open.
    """
    assert block.extras is not None
    traits = {name: (person_rng.random(block.n) * len(QUESTIONS[name])).astype(np.int64) for name in TRAITS}
    block.extras |= {f"true_{name}": trait for name, trait in traits.items()}
    customer = np.flatnonzero((rng.random(block.n) < 0.125) & (block.role != TEST_ACCOUNT))
    keys = tuple(QUESTIONS)
    asked = rng.random((len(customer), len(keys))) < np.array([0.9, 0.7] + [0.5] * (len(keys) - 2))
    respondent, question = np.nonzero(asked)
    n = len(respondent)
    who = customer[respondent]
    answers_count = np.array([len(answers) for answers in QUESTIONS.values()])
    starts = np.cumsum(answers_count) - answers_count
    # opinions follow satisfaction, the others are a person's own
    answer = (rng.random(n) * answers_count[question]).astype(np.int64)
    nps = np.clip(np.rint(11.5 * block.satisfaction[who] + 0.8 + rng.normal(0, 1.5, n)), 0, 10).astype(
        np.int64
    )
    rating = np.clip(np.rint(4.4 * block.satisfaction[who] + rng.normal(0.3, 0.6, n)), 0, 4).astype(np.int64)
    answer = np.where(question == keys.index("nps"), nps, answer)
    answer = np.where(question == keys.index("satisfaction"), rating, answer)
    is_open = np.zeros(n, bool)
    for name, trait in traits.items():
        own = (question == keys.index(name)) & (person_rng.random(n) >= 0.03)
        answer = np.where(own, trait[who], answer)
        is_open |= (question == keys.index(name)) & (person_rng.random(n) < 0.05)
    start = block.created_at[who]
    answered_day = rng.random(len(customer))[respondent]
    time = start + (answered_day * (block.end_us - start)).astype(np.int64) // SECOND_US * SECOND_US
    is_named = (rng.random(len(customer)) < 0.93)[respondent]
    respondents = row_ids("Q", first_number + np.arange(len(customer)), width=8)
    return {
        "respondent_id": labels(respondent, respondents).cast(pa.string()),
        "customer_id": block.ids_of(who, where=is_named),
        "question_key": labels(question, keys),
        "answer": labels(
            starts[question] + answer,
            [one for answers in QUESTIONS.values() for one in answers],
            where=~is_open,
        ),
        "answered_at": timestamps(time),
    }


def opportunity_columns(
    rng: np.random.Generator,
    block: Block,
    rates: places.ExchangeRates,
    catalogue: Catalogue,
    *,
    first_number: int,
) -> dict[str, pa.Array]:
    """The table `opportunities`: business customers and prospects in the sales pipeline."""
    is_open_role = np.isin(block.role, (PROSPECT, LEAD))
    expected = np.select(
        [block.is_business & (block.role == BUYER), block.is_business & is_open_role, is_open_role],
        [0.8, 1.3, 0.05],
        default=0.0,
    )
    customer = np.repeat(np.arange(block.n), rng.poisson(expected))
    n = len(customer)
    start = block.created_at[customer]
    created = (
        start + (rng.random(n) ** 1.5 * (block.end_us - start)).astype(np.int64) // SECOND_US * SECOND_US
    )
    created = np.minimum(created, block.end_us - SECOND_US)
    by_time = np.argsort(created, kind="stable")
    customer, created = customer[by_time], created[by_time]
    closes = created + (rng.gamma(2.0, 25.0, n) * 86_400).astype(np.int64) * SECOND_US
    is_closed = (closes < block.end_us) & (rng.random(n) < 0.9)
    is_buyer = block.role[customer] == BUYER
    is_won = is_closed & is_buyer & (rng.random(n) < 0.55)
    age = (block.end_us - created) / DAY_US
    open_stage = np.clip(np.floor(age / 20.0 + rng.random(n) * 1.5), 0, 3).astype(np.int64)
    stage = np.where(is_closed, np.where(is_won, 4, 5), open_stage)
    currency = block.currency[customer]
    smallest = places.SMALLEST_AMOUNT[currency]
    value = rng.lognormal(8.0, 1.1, n) / rates.on(currency, created // DAY_US)
    amount = np.rint(value * 100 / smallest / 100).astype(np.int64) * 100 * smallest
    entered, is_stuck = _draw_stage_days(rng.spawn(1)[0], block, created, closes, is_closed)
    _note_single_deals(block, customer, is_closed, open_stage, entered, is_stuck)
    urgency = rng.choice(3, n, p=[0.4, 0.4, 0.2])
    needed = created // DAY_US + np.array([120, 60, 14])[urgency] + rng.integers(0, 20, n)
    return {
        "opportunity_id": row_ids("Y", first_number + np.arange(n), width=8),
        "customer_id": block.ids_of(customer),
        "stage": labels(stage, STAGES),
        "amount": money(amount, where=rng.random(n) < 0.9),
        "currency_code": labels(currency, places.CURRENCIES),
        "created_at": timestamps(created),
        "stage_entered_at": timestamps(entered, where=entered >= 0),
        "closed_at": timestamps(closes, where=is_closed),
        "is_won": numbers(is_won, where=is_closed),
        "use_case": labels(rng.integers(0, len(USE_CASES), n), USE_CASES, where=rng.random(n) < 0.75),
        "urgency": labels(urgency, URGENCIES, where=rng.random(n) < 0.6),
        "needed_by_date": dates(needed, where=rng.random(n) < 0.5),
        "product_id": labels(catalogue.draw_products(rng, rng.integers(0, 14, n)), catalogue.product_ids),
    }


def _draw_stage_days(
    rng: np.random.Generator, block: Block, created: np.ndarray, closes: np.ndarray, is_closed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """When each deal came to its present stage (us, -1: not said), and which open ones are stuck there."""
    n = len(created)
    age = block.end_us - created
    is_stuck = ~is_closed & (age > 110 * DAY_US) & (rng.random(n) < 0.6)
    # stuck ones came 95 days ago or earlier, the others within 25 days
    stuck_for = 95 * DAY_US + rng.random(n) * np.maximum(age - 95 * DAY_US, 0)
    here_for = np.where(is_stuck, stuck_for, rng.random(n) * np.minimum(age, 25 * DAY_US)).astype(np.int64)
    entered = np.maximum((block.end_us - here_for) // SECOND_US * SECOND_US - SECOND_US, created)
    return np.where(rng.random(n) < 0.15, -1, np.where(is_closed, closes, entered)), is_stuck


def _note_single_deals(
    block: Block,
    customer: np.ndarray,
    is_closed: np.ndarray,
    open_stage: np.ndarray,
    entered: np.ndarray,
    is_stuck: np.ndarray,
) -> None:
    """The truth of customers with one open deal: its stage (-1: none or several), whether it is stuck."""
    is_open = ~is_closed
    single = np.flatnonzero(np.bincount(customer[is_open], minlength=block.n) == 1)
    deal_of = np.full(block.n, -1)
    deal_of[customer[is_open]] = np.flatnonzero(is_open)
    deals = deal_of[single]
    block.extras["open_deal_stage"] = np.full(block.n, -1)
    block.extras["open_deal_stage"][single] = open_stage[deals]
    block.extras["is_deal_stuck"] = np.full(block.n, -1)
    said = entered[deals] >= 0
    block.extras["is_deal_stuck"][single[said]] = is_stuck[deals[said]]


def draw_erasures(rng: np.random.Generator, block: Block) -> dict[str, pa.Array]:
    """The table `erasure_requests`, of customers who were not merged; records the truth in `block.extras`."""
    n = block.n
    erased = rng.choice(n, min(n, max(3, round(n * SHARES["erasure_requests"]))), replace=False)
    start = block.created_at[erased]
    requested = (
        start + (rng.random(len(erased)) * (block.end_us - start)).astype(np.int64) // SECOND_US * SECOND_US
    )
    is_merged = block.extras["merged_into"] >= 0
    is_merged[block.extras["merged_into"][is_merged]] = True
    kept = ~is_merged[erased]
    erased, requested = erased[kept], requested[kept]
    block.extras["is_erased"] = np.zeros(n, bool)
    block.extras["is_erased"][erased] = True
    return {"customer_id": block.customer_ids.take(pa.array(erased)), "requested_at": timestamps(requested)}
