"""What people do: users and trials, product events, campaigns and their events, social interactions.

Events come in sessions. A user's rate of sessions belongs to the customer's planted cluster; it halves
when the customer leaves (BG/NBD drop-out) and stops some weeks after a trial that led nowhere. Some
sessions are anonymous: those before sign-in carry an `anonymous_id` that also occurs on events of the
signed-in user, those of visitors never do. A tenth of the identified events lack `customer_id` and are
found through `users`.

An experiment is a pair of campaigns `X…-C` and `X…-T`: the control arm gets the plain mail, the treatment
arm the offer, with planted conversion ratios per mail sent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from customer_segmentation.example import clocks
from customer_segmentation.example.catalogue import CATEGORY_NAMES
from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    labels,
    money,
    numbers,
    row_ids,
    timestamps,
)
from customer_segmentation.example.customers import BUYER, FREE_USER, LEAD, PROSPECT, TEST_ACCOUNT, Block
from customer_segmentation.example.parameters import CONVERSION_RATIO, SHARES
from customer_segmentation.example.purchases import Orders

TRIAL_US = 14 * DAY_US
EVENTS_PER_SESSION = 3.5
NO_CUSTOMER = -1

# name, page, weight for shoppers, for app users, for those who have not bought, mean seconds on page
EVENTS: tuple[tuple[str, str | None, float, float, float, float], ...] = (
    ("page_viewed", "/", 12, 3, 14, 25),
    *(("page_viewed", f"/products/{category}", 2.6, 0.2, 1.6, 45) for category in CATEGORY_NAMES),
    ("page_viewed", "/pricing", 0.6, 0.8, 9, 70),
    ("page_viewed", "/help", 1.5, 2.0, 2, 90),
    ("page_viewed", "/help/returns", 1.2, 0.1, 0.2, 80),
    ("page_viewed", "/help/billing", 0.3, 1.0, 0.4, 80),
    ("page_viewed", "/contact", 0.5, 0.4, 1.5, 40),
    ("page_viewed", "/blog/home-office", 1.5, 0.5, 4, 140),
    ("page_viewed", "/blog/productivity", 0.8, 1.5, 4, 150),
    ("page_viewed", "/blog/sustainability", 1.0, 0.3, 2, 130),
    ("page_viewed", "/case-studies", 0.1, 0.3, 3, 160),
    ("page_viewed", "/integrations", 0.1, 1.0, 2, 60),
    ("page_viewed", "/checkout", 2.0, 0.3, 0.3, 50),
    ("product_searched", None, 7, 0.5, 3, 0),
    ("added_to_cart", "/cart", 4.0, 0.4, 1.5, 0),
    ("removed_from_cart", "/cart", 0.8, 0.1, 0.2, 0),
    ("cart_abandoned", None, 0.7, 0.05, 0.3, 0),
    ("checkout_started", "/checkout", 1.6, 0.2, 0.4, 0),
    ("wishlist_item_added", None, 1.5, 0.1, 0.8, 0),
    ("webinar_registered", "/webinars", 0.1, 0.5, 1.6, 0),
    ("form_submitted", "/contact", 0.25, 0.2, 1.0, 0),
    ("demo_requested", "/demo", 0.05, 0.1, 1.4, 0),
    ("content_downloaded", "/resources", 0.1, 0.4, 1.6, 0),
    ("video_played", None, 1.0, 0.8, 1.8, 120),
    ("logged_in", "/login", 4, 12, 4, 0),
    ("feature_boards_used", "/app/boards", 0, 18, 5, 0),
    ("feature_calendar_used", "/app/calendar", 0, 12, 3, 0),
    ("feature_reports_used", "/app/reports", 0, 8, 1, 0),
    ("feature_export_used", "/app/export", 0, 4, 0.3, 0),
    ("feature_automations_used", "/app/automations", 0, 5, 0.5, 0),
    ("feature_comments_used", "/app/boards", 0, 9, 1, 0),
    ("feature_templates_used", "/app/templates", 0, 5, 2, 0),
    ("feature_api_used", None, 0, 3, 0.1, 0),
    ("feature_screen_reader_used", "/app/boards", 0.02, 0.15, 0.02, 0),
    ("feature_high_contrast_used", "/app/settings", 0.02, 0.2, 0.02, 0),
    ("app_connected", "/app/integrations", 0, 1.2, 0.2, 0),
    ("seat_invited", "/app/settings", 0, 0.8, 0.1, 0),
    ("plan_viewed", "/app/billing", 0, 1.2, 1.2, 30),
    ("loyalty_points_redeemed", None, 0.6, 0, 0, 0),
)
SHOPPER, APP_USER, EXPLORER = range(3)
_WEIGHTS = np.array([row[2:5] for row in EVENTS], dtype=np.float64).T
_CUMULATIVE = (
    np.cumsum(_WEIGHTS, axis=1) / _WEIGHTS.sum(axis=1, keepdims=True) + np.arange(3)[:, None]
).ravel()
_MEAN_SECONDS = np.array([row[5] for row in EVENTS])
ONBOARDING_STEPS = ("profile", "workspace", "invite", "first-board", "finish")

EVENT_NAMES = tuple(
    dict.fromkeys([row[0] for row in EVENTS] + ["order_completed", "onboarding_step_completed", "onboarding_completed"])
)
PAGES = tuple(
    dict.fromkeys(
        [row[1] for row in EVENTS if row[1]] + ["/thank-you"] + [f"/onboarding/{s}" for s in ONBOARDING_STEPS]
    )
)
_EVENT_NAME = np.array([EVENT_NAMES.index(row[0]) for row in EVENTS])
_EVENT_PAGE = np.array([PAGES.index(row[1]) if row[1] else -1 for row in EVENTS])

# device type, model, operating system, browser, weight
DEVICES = (
    ("mobile", "iPhone 14", "iOS", "Safari", 13), ("mobile", "iPhone 15", "iOS", "Safari", 10),
    ("mobile", "iPhone SE", "iOS", "Chrome", 4), ("mobile", "Galaxy S23", "Android", "Chrome", 9),
    ("mobile", "Pixel 8", "Android", "Chrome", 7), ("mobile", "Redmi Note 12", "Android", "Chrome", 7),
    ("mobile", "Galaxy A54", "Android", "Samsung Internet", 5), ("tablet", "iPad", "iPadOS", "Safari", 5),
    ("tablet", "Galaxy Tab S8", "Android", "Chrome", 2), ("desktop", None, "Windows", "Chrome", 15),
    ("desktop", None, "Windows", "Edge", 8), ("desktop", None, "Windows", "Firefox", 4),
    ("desktop", None, "macOS", "Safari", 6), ("desktop", None, "macOS", "Chrome", 6),
    ("desktop", None, "Linux", "Firefox", 2), ("desktop", None, "ChromeOS", "Chrome", 1),
)  # fmt: skip
_DEVICE_WEIGHTS = np.array([row[4] for row in DEVICES]) / sum(row[4] for row in DEVICES)
DEVICE_TYPES = ("mobile", "tablet", "desktop")
DEVICE_MODELS = tuple(row[1] for row in DEVICES if row[1])
OPERATING_SYSTEMS = tuple(dict.fromkeys(row[2] for row in DEVICES))
BROWSERS = tuple(dict.fromkeys(row[3] for row in DEVICES))
_DEVICE_TYPE = np.array([DEVICE_TYPES.index(row[0]) for row in DEVICES])
_DEVICE_MODEL = np.array([DEVICE_MODELS.index(row[1]) if row[1] else -1 for row in DEVICES])
_DEVICE_SYSTEM = np.array([OPERATING_SYSTEMS.index(row[2]) for row in DEVICES])
_DEVICE_BROWSER = np.array([BROWSERS.index(row[3]) for row in DEVICES])
_VERSIONS_PER_YEAR = 6
APP_VERSIONS = tuple(f"{3 + release // 6}.{release % 6}.0" for release in range(-2, 60))

NETWORKS = ("instagram", "linkedin", "facebook", "x", "youtube", "tiktok")
INTERACTIONS = ("like", "comment", "share", "mention", "follow", "message")


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
        device=rng.choice(devices_count, n, p=_DEVICE_WEIGHTS),
        second_device=rng.choice(devices_count, n, p=_DEVICE_WEIGHTS),
        first_user=first_user,
    )
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


def event_columns(
    rng: np.random.Generator, block: Block, users: Users, orders: Orders, *, first_number: int
) -> dict[str, pa.Array]:
    """The table `product_events`."""
    session_user, session_start, profile = _sessions(rng, block, users)

    # events of the sessions
    counts = 1 + rng.poisson(EVENTS_PER_SESSION - 1.0, len(session_user))
    session = np.repeat(np.arange(len(session_user)), counts)
    n = len(session)
    place = np.arange(n) - (np.cumsum(counts) - counts)[session]
    kind = np.searchsorted(_CUMULATIVE, profile[session] + rng.random(n), side="right")
    kind = np.minimum(kind, (profile[session] + 1) * len(EVENTS) - 1) - profile[session] * len(EVENTS)
    seconds = place * 50 + rng.integers(0, 45, n)
    time = session_start[session] + seconds * SECOND_US
    user = session_user[session]
    use_second = rng.random(len(session_user)) < 0.2
    visitor_count = int((session_user < 0).sum())
    visitor_device = rng.choice(len(DEVICES), len(session_user), p=_DEVICE_WEIGHTS)
    device = np.where(
        session_user >= 0,
        np.where(use_second, users.second_device[session_user], users.device[session_user]),
        visitor_device,
    )[session]
    # who signed in: nobody knows the visitors, and a twentieth of the users' sessions is before sign-in
    is_signed_in = (session_user >= 0) & (rng.random(len(session_user)) < 0.95)
    # a visitor comes back two or three times
    visitor = (rng.random(len(session_user)) * max(1, visitor_count * 0.4)).astype(np.int64)
    anonymous = np.where(session_user >= 0, session_user, users.n + visitor)
    has_anonymous = ~is_signed_in | (rng.random(len(session_user)) < 0.5)

    name, page = _EVENT_NAME[kind], _EVENT_PAGE[kind]
    duration = np.where(
        _MEAN_SECONDS[kind] > 0, np.minimum(rng.exponential(1.0, n) * _MEAN_SECONDS[kind] + 1, 3600), -1
    ).astype(np.int32)
    anonymous_code = np.where(has_anonymous, anonymous, -1)[session]
    signed_in = is_signed_in[session]

    more = [
        _order_events(rng, block, users, orders),
        _onboarding_events(rng, users),
    ]
    user = np.concatenate([user] + [m[0] for m in more])
    time = np.concatenate([time] + [m[1] for m in more])
    name = np.concatenate([name] + [m[2] for m in more])
    page = np.concatenate([page] + [m[3] for m in more])
    extra_count = len(user) - n
    extra_user = user[n:]
    device = np.concatenate([device, users.device[extra_user]])
    duration = np.concatenate([duration, np.full(extra_count, -1, np.int32)])
    anonymous_code = np.concatenate([anonymous_code, np.full(extra_count, -1)])
    signed_in = np.concatenate([signed_in, np.ones(extra_count, bool)])

    kept = np.flatnonzero(time < block.end_us)
    kept = kept[np.argsort(time[kept], kind="stable")]
    user, time, name, page = user[kept], time[kept], name[kept], page[kept]
    device, duration = device[kept], duration[kept]
    anonymous_code, signed_in = anonymous_code[kept], signed_in[kept]
    n = len(kept)

    customer = np.where(signed_in, users.customer[user], NO_CUSTOMER)
    visitor_ids_count = users.n + max(1, int(visitor_count * 0.4)) + 1
    anonymous_ids = row_ids(f"anon-{block.first_number:x}-", np.arange(visitor_ids_count), width=6)
    in_app = page >= 0
    release = ((time // DAY_US - block.start_day) * _VERSIONS_PER_YEAR // 365 + 2 - (user % 7 == 0)).astype(
        np.int64
    )
    has_version = (
        in_app & (_DEVICE_TYPE[device] != 2) | np.char.startswith(np.array(EVENT_NAMES), "feature_")[name]
    )
    return {
        "event_id": row_ids("E", first_number + np.arange(n), width=11),
        "user_id": labels(np.where(signed_in, user, -1), users.user_ids),
        "anonymous_id": labels(anonymous_code, anonymous_ids),
        "customer_id": block.ids_of(customer, where=rng.random(n) < 0.9),
        "event_name": labels(name, EVENT_NAMES),
        "occurred_at": timestamps(time),
        "device_type": labels(_DEVICE_TYPE[device], DEVICE_TYPES),
        "device_model": labels(_DEVICE_MODEL[device], DEVICE_MODELS),
        "operating_system": labels(_DEVICE_SYSTEM[device], OPERATING_SYSTEMS),
        "browser": labels(_DEVICE_BROWSER[device], BROWSERS),
        "app_version": labels(np.clip(release, 0, len(APP_VERSIONS) - 1), APP_VERSIONS, where=has_version),
        "page_path": labels(page, PAGES),
        "duration_seconds": numbers(duration, where=duration >= 0),
    }


def _sessions(
    rng: np.random.Generator, block: Block, users: Users
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """User (-1: a visitor nobody knows), start and profile of every session."""
    years = np.maximum(users.active_until - users.signed_up_at, 0) / (365.25 * DAY_US)
    counts = rng.poisson(users.sessions_per_year * years)
    user = np.repeat(np.arange(users.n), counts)
    n = len(user)
    # seasonal and weekday habits move the instants a little; those that leave the window are dropped
    instant = (
        users.signed_up_at[user] + rng.random(n) * (users.active_until - users.signed_up_at)[user]
    ) / DAY_US
    is_business = np.where(users.customer[user] >= 0, block.is_business[users.customer[user]], False)
    day = np.floor(clocks.weekday_clock(clocks.seasonal_warp(instant), is_business)).astype(np.int64)
    customer = users.customer[user]
    shift = np.where(customer >= 0, block.hour_shift[customer], 0)
    offset = np.where(customer >= 0, block.utc_offset[customer], 0)
    start = day * DAY_US + clocks.time_of_day(rng, is_business, shift, offset)
    churned_day = np.where(customer >= 0, block.churned_day[customer], 10_000_000)
    stays = (day <= churned_day) | (rng.random(n) < 0.5)
    inside = stays & (day >= users.signed_up_at[user] // DAY_US) & (start < block.end_us)
    user, start, customer = (
        user[inside],
        np.maximum(start, users.signed_up_at[user])[inside],
        customer[inside],
    )

    subscribed = np.where(customer >= 0, block.subscribed_at[customer], -1)
    in_trial = (users.trial_started_at[user] >= 0) & (start < users.trial_started_at[user] + TRIAL_US)
    is_app = ((subscribed >= 0) & (start >= subscribed)) | in_trial
    never_bought = np.where(customer >= 0, block.role[customer] != BUYER, True)
    profile = np.where(
        is_app & (rng.random(len(user)) < 0.8), APP_USER, np.where(never_bought, EXPLORER, SHOPPER)
    )

    visits = round(len(user) * 0.06)
    span = block.end_us - block.start_day * DAY_US
    visit_start = (
        block.start_day * DAY_US + (rng.random(visits) * span).astype(np.int64) // SECOND_US * SECOND_US
    )
    return (
        np.concatenate([user, np.full(visits, -1)]),
        np.concatenate([start, visit_start]),
        np.concatenate([profile, np.full(visits, EXPLORER)]),
    )


def _order_events(
    rng: np.random.Generator, block: Block, users: Users, orders: Orders
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Cart, checkout and completion around a tenth of the online orders of users."""
    user = users.first_user[orders.customer]
    seen = orders.is_online & orders.is_purchase & (user >= 0) & (rng.random(orders.n) < 0.1)
    seen &= orders.ordered_at > np.where(user >= 0, users.signed_up_at[user], 0)
    user, time = user[seen], orders.ordered_at[seen]
    n = len(user)
    names = ("added_to_cart", "checkout_started", "order_completed")
    pages = ("/cart", "/checkout", "/thank-you")
    return (
        np.tile(user, 3),
        np.concatenate([time - rng.integers(240, 1500, n) * SECOND_US, time - 120 * SECOND_US, time]),
        np.repeat([EVENT_NAMES.index(one) for one in names], n),
        np.repeat([PAGES.index(one) for one in pages], n),
    )


def _onboarding_events(
    rng: np.random.Generator, users: Users
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Steps of the set-up of everybody who tried the product; some ask for help on the way."""
    tried = np.flatnonzero(users.trial_started_at >= 0)
    steps = rng.choice(len(ONBOARDING_STEPS) + 1, len(tried), p=[0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
    user = np.repeat(tried, steps)
    step = np.arange(len(user)) - np.repeat(np.cumsum(steps) - steps, steps)
    time = users.trial_started_at[user] + (step * 400 + rng.integers(60, 380, len(user))) * SECOND_US
    helped = tried[rng.random(len(tried)) < 0.3]
    finished = tried[steps == len(ONBOARDING_STEPS)]
    finish_time = users.trial_started_at[finished] + rng.integers(2000, 2400, len(finished)) * SECOND_US
    help_time = users.trial_started_at[helped] + rng.integers(300, 3000, len(helped)) * SECOND_US
    first_page = PAGES.index(f"/onboarding/{ONBOARDING_STEPS[0]}")
    return (
        np.concatenate([user, finished, helped]),
        np.concatenate([time, finish_time, help_time]),
        np.concatenate(
            [
                np.full(len(user), EVENT_NAMES.index("onboarding_step_completed")),
                np.full(len(finished), EVENT_NAMES.index("onboarding_completed")),
                np.full(len(helped), EVENT_NAMES.index("page_viewed")),
            ]
        ),
        np.concatenate(
            [first_page + step, np.full(len(finished), -1), np.full(len(helped), PAGES.index("/help"))]
        ),
    )


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
    main_device = rng.choice(len(DEVICES), block.n, p=_DEVICE_WEIGHTS)
    device = np.where(rng.random(n) < 0.85, main_device[who], rng.integers(0, len(DEVICES), n))
    on_device = np.isin(kind, (_OPENED, _CLICKED, _UNSUBSCRIBED))
    return {
        "contact_id": labels(contact, block.contact_ids),
        "customer_id": block.ids_of(who),
        "campaign_id": labels(campaign[mail], campaigns.ids),
        "event_type": labels(kind, EVENT_TYPES),
        "occurred_at": timestamps(time),
        "device_type": labels(_DEVICE_TYPE[device], DEVICE_TYPES, where=on_device),
        "operating_system": labels(_DEVICE_SYSTEM[device], OPERATING_SYSTEMS, where=on_device),
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
