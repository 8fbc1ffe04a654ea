"""When things happen: days of growth and season, weekdays, hours of the day.

The purchase process needs stationary rates, so its weekday habit is a *clock*: process time runs through
each week at a speed that depends on the weekday, and is back in step at every Monday. Counts per week and
the order of purchases are those of the plain process; no instant moves by more than about a day and a
half. There is no season in the purchase times (only in acquisition, categories and events).
"""

from __future__ import annotations

import numpy as np

from customer_segmentation.example.columns import DAY_US, SECOND_US

CONSUMER_WEEKDAYS = np.array([0.13, 0.12, 0.12, 0.13, 0.15, 0.19, 0.16])
BUSINESS_WEEKDAYS = np.array([0.19, 0.20, 0.19, 0.18, 0.16, 0.05, 0.03])
CONSUMER_HOURS = np.array([2, 1, 1, 1, 1, 1, 2, 4, 5, 6, 6, 6, 8, 7, 6, 6, 7, 9, 12, 15, 16, 14, 9, 5])
BUSINESS_HOURS = np.array([0, 0, 0, 0, 0, 1, 3, 8, 16, 20, 20, 17, 10, 16, 19, 18, 14, 8, 4, 2, 1, 1, 0, 0])


_TICKS = np.arange(8.0)
_CONSUMER_CLOCK = np.concatenate([[0.0], np.cumsum(CONSUMER_WEEKDAYS)]) * 7.0
_BUSINESS_CLOCK = np.concatenate([[0.0], np.cumsum(BUSINESS_WEEKDAYS)]) * 7.0


def weekday_clock(process_days: np.ndarray, is_business: np.ndarray) -> np.ndarray:
    """Calendar time (days since 1970-01-01, a Thursday) of instants given in process time."""
    week, position = np.divmod(process_days + 3.0, 7.0)
    calendar = np.where(
        is_business,
        np.interp(position, _BUSINESS_CLOCK, _TICKS),
        np.interp(position, _CONSUMER_CLOCK, _TICKS),
    )
    return week * 7.0 + np.minimum(calendar, 7.0 - 1e-9) - 3.0


def process_time(calendar_days: np.ndarray, is_business: np.ndarray) -> np.ndarray:
    """The inverse of `weekday_clock`."""
    week, position = np.divmod(calendar_days + 3.0, 7.0)
    process = np.where(
        is_business,
        np.interp(position, _TICKS, _BUSINESS_CLOCK),
        np.interp(position, _TICKS, _CONSUMER_CLOCK),
    )
    return week * 7.0 + np.minimum(process, 7.0 - 1e-9) - 3.0


def _hour_table(weights: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.cumsum(weights) / weights.sum(), (np.arange(1024) + 0.5) / 1024).astype(
        np.int64
    )


_HOUR_TABLES = np.stack([_hour_table(CONSUMER_HOURS), _hour_table(BUSINESS_HOURS)])


def time_of_day(
    rng: np.random.Generator, is_business: np.ndarray, hour_shift: np.ndarray, utc_offset_hours: np.ndarray
) -> np.ndarray:
    """Microseconds after UTC midnight, by office or evening habit, personal shift and time zone."""
    n = len(is_business)
    hour = _HOUR_TABLES[is_business.astype(np.int64), rng.integers(0, 1024, n)]
    hour = (hour + hour_shift - utc_offset_hours) % 24
    return hour * (3600 * SECOND_US) + rng.integers(0, 3600, n) * SECOND_US


def acquisition_times(rng: np.random.Generator, n: int, *, start_day: int, days_count: int) -> np.ndarray:
    """Calendar times (days) at which customers arrive: a launch wave, then a steady flow with a season."""
    elapsed = np.arange(days_count)
    day_of_year = (start_day + elapsed) % 365.25
    weights = 1.0 + 0.9 * np.exp(-elapsed / 120.0) + 0.25 * np.cos(2 * np.pi * (day_of_year - 340) / 365.25)
    cumulative = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    return start_day + np.interp(rng.random(n), cumulative, np.arange(days_count + 1.0))


def seasonal_warp(process_days: np.ndarray) -> np.ndarray:
    """Moves instants towards autumn and early winter; used for events, never for purchases."""
    return process_days - 9.0 * np.sin(2 * np.pi * ((process_days % 365.25) - 335) / 365.25)


def microseconds(calendar_days: np.ndarray) -> np.ndarray:
    """Whole microseconds since 1970-01-01 of fractional days, cut to seconds."""
    return (calendar_days * 86_400.0).astype(np.int64) * SECOND_US


def whole_days(times_us: np.ndarray) -> np.ndarray:
    """Days since 1970-01-01."""
    return times_us // DAY_US
