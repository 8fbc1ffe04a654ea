"""Discounted expected purchases, for the models without a contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

WEEKS_PER_YEAR = 365.25 / 7
WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12

ExpectedPurchasesIfAlive = Callable[[Mapping[str, float], ArrayLike, ArrayLike, ArrayLike], np.ndarray]


def discounted_purchases_if_alive(
    expected_purchases_if_alive: ExpectedPurchasesIfAlive,
    params: Mapping[str, float],
    horizon: float,
    x: ArrayLike,
    T: ArrayLike,
    *,
    annual_discount_rate: float,
    period_weeks: float = WEEKS_PER_MONTH,
) -> np.ndarray:
    """G(x, T): purchases expected in the next `horizon` weeks by a customer who is alive, discounted.

    The horizon is cut into periods; the purchases of a period are discounted from its middle. Like g(x, T, t)
    it depends on x and T only, so discounted purchases of a customer are G(x, T) * P(alive).

    Parameters
    ----------
    expected_purchases_if_alive
        Of `bg_nbd`, `mbg_nbd` or `pareto_nbd`.
    annual_discount_rate
        For example 0.10; not below 0.

    Raises
    ------
    ValueError
        For a rate or horizon that is negative or not finite, or a period that is not positive.
    """
    if not (np.isfinite(annual_discount_rate) and annual_discount_rate >= 0):
        raise ValueError(f"annual_discount_rate: must not be negative, got {annual_discount_rate}")
    if not (np.isfinite(horizon) and horizon >= 0 and period_weeks > 0):
        raise ValueError("horizon: must be finite and not negative, with a positive period")
    edges = np.minimum(period_weeks * np.arange(1, np.ceil(horizon / period_weeks) + 1), horizon)
    shape = np.broadcast_shapes(np.shape(x), np.shape(T))
    if not len(edges):
        return np.zeros(shape)
    starts = np.concatenate([[0.0], edges[:-1]])
    discount = (1 + annual_discount_rate) ** (-(starts + edges) / 2 / WEEKS_PER_YEAR)
    purchases = expected_purchases_if_alive(params, edges.reshape(-1, *(1 for _ in shape)), x, T)
    return np.einsum("i,i...->...", discount, np.diff(purchases, axis=0, prepend=0.0))
