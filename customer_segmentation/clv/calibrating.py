"""Totals of a forecast: calibrated on the held-out time, and refused where they miss what came.

The factor of purchases is the real total over the predicted one, over all back-test dates, some purchases
counting for both (so few purchases move it little), within bounds; the factor of spend does the same for
money after it. A forecast whose total for the customers known at a date misses what they then brought by too
much, before or after the factors, in purchases or in money, is no ground for a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

WITHIN, MISSES = "within_tolerance", "misses_held_out_total"


@dataclass(frozen=True)
class Tolerances:
    """By which the factors are bound and totals refused; see the topic clv of the seed `settings`."""

    prior_purchases_count: float = 20
    lowest_factor: float = 0.5
    highest_factor: float = 2.0
    largest_miss: float = 0.5
    largest_calibrated_miss: float = 0.25

    @classmethod
    def of_settings(cls, settings: Mapping[str, float]) -> Tolerances:
        return cls(
            settings["calibration_prior_purchases_count"],
            settings["calibration_lowest_ratio"],
            settings["calibration_highest_ratio"],
            settings["largest_total_miss_ratio"],
            settings["largest_calibrated_miss_ratio"],
        )


@dataclass(frozen=True)
class Totals:
    """Predicted and real totals of one forecast, one entry per back-test date."""

    predicted_purchases: np.ndarray
    real_purchases: np.ndarray
    predicted_spend: np.ndarray
    real_spend: np.ndarray


@dataclass(frozen=True)
class Calibration:
    """Factors of a forecast, whether its totals may be published, and its misses with the factors."""

    purchases_factor: float
    spend_factor: float
    status: str
    purchases_misses: np.ndarray
    spend_misses: np.ndarray


def calibrate(totals: Totals, tolerances: Tolerances) -> Calibration:
    """The factors of a forecast, and whether its totals may be published."""
    prior, low, high = (
        tolerances.prior_purchases_count,
        tolerances.lowest_factor,
        tolerances.highest_factor,
    )
    predicted, real = totals.predicted_purchases, totals.real_purchases
    purchases_factor = float(np.clip((real.sum() + prior) / (predicted.sum() + prior), low, high))
    calibrated, spend = predicted * purchases_factor, totals.predicted_spend * purchases_factor
    # money of the prior purchases: at what a purchase is predicted to bring
    prior_spend = prior * spend.sum() / calibrated.sum() if calibrated.sum() > 0 else 0.0
    spend_factor = 1.0
    if spend.sum() > 0:
        spend_factor = float(
            np.clip((totals.real_spend.sum() + prior_spend) / (spend.sum() + prior_spend), low, high)
        )
    raw = (misses(predicted, real), misses(totals.predicted_spend, totals.real_spend))
    after = (misses(calibrated, real), misses(spend * spend_factor, totals.real_spend))
    # half a purchase in all is none: it has no ratio to nothing
    counts = ~((real == 0) & (calibrated < 0.5))
    is_missed = any(np.abs(miss[counts]).max(initial=0) > tolerances.largest_miss for miss in raw) or any(
        np.abs(miss[counts]).max(initial=0) > tolerances.largest_calibrated_miss for miss in after
    )
    return Calibration(purchases_factor, spend_factor, MISSES if is_missed else WITHIN, *after)


def misses(predicted: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Predicted less real over real; 0 where both are nothing, infinite where only the real one is."""
    difference = predicted - real
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / real)
