"""What users do in the product and on the web site.

Events come in sessions. A user's rate of sessions belongs to the customer's planted cluster; it halves
when the customer leaves (BG/NBD drop-out) and stops some weeks after a trial that led nowhere. Some
sessions are anonymous: those before sign-in carry an `anonymous_id` that also occurs on events of the
signed-in user, those of visitors never do. A tenth of the identified events lack `customer_id` and are
found through `users`. A tenth of the online orders of users leave their steps from cart to thank-you page.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from customer_segmentation.example import clocks
from customer_segmentation.example.catalogue import CATEGORY_NAMES
from customer_segmentation.example.columns import (
    DAY_US,
    SECOND_US,
    labels,
    numbers,
    row_ids,
    timestamps,
)
from customer_segmentation.example.customers import BUYER, Block
from customer_segmentation.example.devices import (
    BROWSERS,
    DEVICE_BROWSER,
    DEVICE_MODEL,
    DEVICE_MODELS,
    DEVICE_SYSTEM,
    DEVICE_TYPE,
    DEVICE_TYPES,
    DEVICE_WEIGHTS,
    DEVICES,
    OPERATING_SYSTEMS,
)
from customer_segmentation.example.purchases import Orders
from customer_segmentation.example.users import EVENTS_PER_SESSION, NO_CUSTOMER, TRIAL_US, Users

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
    dict.fromkeys(
        [row[0] for row in EVENTS] + ["order_completed", "onboarding_step_completed", "onboarding_completed"]
    )
)
PAGES = tuple(
    dict.fromkeys(
        [row[1] for row in EVENTS if row[1]] + ["/thank-you"] + [f"/onboarding/{s}" for s in ONBOARDING_STEPS]
    )
)
_EVENT_NAME = np.array([EVENT_NAMES.index(row[0]) for row in EVENTS])
_EVENT_PAGE = np.array([PAGES.index(row[1]) if row[1] else -1 for row in EVENTS])
_VERSIONS_PER_YEAR = 6
APP_VERSIONS = tuple(f"{3 + release // 6}.{release % 6}.0" for release in range(-2, 60))


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
    visitor_device = rng.choice(len(DEVICES), len(session_user), p=DEVICE_WEIGHTS)
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
        in_app & (DEVICE_TYPE[device] != 2) | np.char.startswith(np.array(EVENT_NAMES), "feature_")[name]
    )
    return {
        "event_id": row_ids("E", first_number + np.arange(n), width=11),
        "user_id": labels(np.where(signed_in, user, -1), users.user_ids),
        "anonymous_id": labels(anonymous_code, anonymous_ids),
        "customer_id": block.ids_at(customer, time, where=rng.random(n) < 0.9),
        "event_name": labels(name, EVENT_NAMES),
        "occurred_at": timestamps(time),
        "device_type": labels(DEVICE_TYPE[device], DEVICE_TYPES),
        "device_model": labels(DEVICE_MODEL[device], DEVICE_MODELS),
        "operating_system": labels(DEVICE_SYSTEM[device], OPERATING_SYSTEMS),
        "browser": labels(DEVICE_BROWSER[device], BROWSERS),
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
