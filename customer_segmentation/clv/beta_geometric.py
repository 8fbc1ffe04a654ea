"""What BG/NBD and MBG/NBD share.

Both let a customer buy at a Gamma(r, alpha) rate and drop out with a Beta(a, b) probability after a purchase.
They differ in one thing: in MBG/NBD the first purchase is already such a chance to drop out, in BG/NBD only
repeat purchases are. So x repeat purchases were survived x + k times, with k = 0 (BG/NBD) or 1 (MBG/NBD).

Sources: Fader, Hardie and Lee (2005), "Counting your customers" the easy way; Batislam, Denizel and
Filiztekin (2007); Wagner and Hoppe (2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.linalg import eigh_tridiagonal
from scipy.special import digamma, expit, gammaln

from customer_segmentation.clv import nbd
from customer_segmentation.clv.blas_threads import on_one_blas_thread
from customer_segmentation.clv.fitting import FitResult
from customer_segmentation.clv.purchase_histories import (
    Cells,
    cells_from_frame,
    fit_purchase_model,
    histories_as_arrays,
    total,
)

PARAMETERS = ("r", "alpha", "a", "b")
STARTS = ({"r": 0.5, "alpha": 0.5, "a": 1.0, "b": 2.0}, {"r": 2.0, "alpha": 1.0, "a": 0.1, "b": 1.0})
NODES_COUNT = 64  # 1e-10 of the value at worst, over dropout a from 0.1 to 12 and up to 600 repeats


@dataclass(frozen=True)
class BetaGeometricModel:
    """BG/NBD or MBG/NBD: the functions that `bg_nbd` and `mbg_nbd` offer under their names.

    Attributes
    ----------
    name
        `bg_nbd` or `mbg_nbd`.
    first_purchase_chances
        k: 0 where the first purchase is no chance to drop out (BG/NBD), 1 where it is one (MBG/NBD).
    """

    name: str
    first_purchase_chances: int

    def fit(
        self,
        histories: pd.DataFrame,
        *,
        minimum_repeat_customers: int = 1,
        near: Mapping[str, float] | None = None,
    ) -> FitResult:
        """Fit r, alpha (weeks), a and b by maximum likelihood.

        Parameters
        ----------
        histories
            Counted histories: `repeat_purchase_count` (x, purchase days after the first), `recency_weeks`
            (t_x, first to last purchase), `age_weeks` (T, first purchase to as-of date), `customers_count`.
            Rows need not be distinct; their order is irrelevant. Any unit of time works, alpha follows it.
        minimum_repeat_customers
            Below this many customers with x > 0 the status is `too_few_repeaters`.
        near
            Parameters of much the same customers, such as those of an earlier date: the search starts there.

        Raises
        ------
        ValueError
            Names the column and the number of bad rows (not finite, negative, t_x > T, t_x > 0 with x = 0).
        """
        return fit_purchase_model(
            histories,
            model=self.name,
            cell_likelihood=self.cell_likelihood,
            parameter_names=PARAMETERS,
            time_parameters=("alpha",),
            starts=STARTS,
            minimum_repeat_customers=minimum_repeat_customers,
            near=near,
            without_dropout=(nbd.cell_likelihood, nbd.STARTS),
        )

    def log_likelihood(self, params: Mapping[str, float], histories: pd.DataFrame) -> float:
        """Total log-likelihood of counted histories."""
        parameters = np.array([params[name] for name in PARAMETERS])
        return total(self.cell_likelihood, parameters, cells_from_frame(histories))[0]

    def cell_likelihood(self, parameters: np.ndarray, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
        """Log-likelihood per customer of each cell, shape (cells,), and gradient, shape (4, cells).

        L = G(r+x) alpha^r / G(r) * B(a, b+x+k) / B(a, b)
            * [(alpha+T)^-(r+x) + 1{x+k > 0} a/(b+x+k-1) (alpha+t_x)^-(r+x)]
        """
        r, alpha, a, b = parameters
        x, k = cells.x, self.first_purchase_chances
        log_end, log_last = np.log(alpha + cells.T), np.log(alpha + cells.t_x)
        dropped = cells.by_x(lambda x: self.log_dropout_odds(a, b, x)) - (r + x) * (log_last - log_end)
        w = expit(dropped)  # probability of having dropped out
        value = (
            cells.by_x(
                lambda x: (
                    gammaln(r + x)
                    - gammaln(r)
                    + (gammaln(b + x + k) - gammaln(b))
                    - (gammaln(a + b + x + k) - gammaln(a + b))
                )
            )
            + r * np.log(alpha)
            - (r + x) * log_end
            + np.logaddexp(0.0, dropped)
        )
        by_r = (
            cells.by_x(lambda x: digamma(r + x) - digamma(r))
            + np.log(alpha)
            - (1 - w) * log_end
            - w * log_last
        )
        by_alpha = r / alpha - (r + x) * ((1 - w) / (alpha + cells.T) + w / (alpha + cells.t_x))
        chances = cells.by_x(lambda x: digamma(a + b) - digamma(a + b + x + k))
        by_a = chances + w / a
        by_b = (
            chances
            + cells.by_x(lambda x: digamma(b + x + k) - digamma(b))
            - w * cells.by_x(lambda x: np.where(x + k > 0, 1 / np.where(x + k > 0, b + x + k - 1, 1.0), 0.0))
        )
        return value, np.array([by_r, by_alpha, by_a, by_b])

    def log_dropout_odds(self, a: float, b: float, x: np.ndarray) -> np.ndarray:
        """log of a / (b+x+k-1), the odds of dropping out at the last purchase; -inf without a chance."""
        chances = x + self.first_purchase_chances
        has_chance = chances > 0
        return np.where(has_chance, np.log(a) - np.log(np.where(has_chance, b + chances - 1, 1.0)), -np.inf)

    def probability_alive(
        self, params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> np.ndarray:
        """P(alive) = 1 / (1 + 1{x+k > 0} a/(b+x+k-1) ((alpha+T)/(alpha+t_x))^(r+x))."""
        r, alpha, a, b = (params[name] for name in PARAMETERS)
        x, t_x, T = histories_as_arrays(x, t_x, T)
        idle = (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
        return expit(-(self.log_dropout_odds(a, b, x) + idle))

    def dropout_terms(
        self, params: Mapping[str, float], x: ArrayLike, t: ArrayLike
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the odds of having dropped out are made of, for x repeats and a time t.

        See `scoring_tables.scores_lookup`; all of shape (points,).
        """
        r, alpha, a, b = (params[name] for name in PARAMETERS)
        x, _, t = histories_as_arrays(x, 0.0, t)
        log_alive = -(r + x) * np.log(alpha + t)
        return log_alive, self.log_dropout_odds(a, b, x) + log_alive, np.zeros(x.shape)

    def no_purchase_if_alive(
        self, params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, T: ArrayLike
    ) -> np.ndarray:
        """Probability that a customer who is alive at T buys nothing in the next `horizon` weeks.

        ((alpha+T) / (alpha+T+t))^(r+x): nobody drops out before the next purchase.
        """
        x, _, T = histories_as_arrays(x, 0.0, T)
        return np.exp(
            -(params["r"] + x) * np.log1p(np.asarray(horizon, dtype="float64") / (params["alpha"] + T))
        )

    def expected_purchases_if_alive(
        self, params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, T: ArrayLike
    ) -> np.ndarray:
        """g(x, T, t): purchases expected in (T, T + t] by a customer who is alive at T.

        Depends on x and T only, so a lookup over distinct (x, T) scores everybody: expected purchases are
        g(x, T, t) * P(alive). Never above (r+x)/(alpha+T) * t.

        g = E[(1 - (1 + p t/(alpha+T))^-(r+x)) / p] over the dropout probability p ~ Beta(a, b+x+k), which is
        (a+b+x+k-1)/(a-1) [1 - (1-w)^(a-1) 2F1(a+b+k-r-1, a-1; a+b+x+k-1; w)], w = t/(alpha+T+t).
        That form of Euler loses its digits for short horizons, near a = 1 and for large r; here the
        expectation is taken by Gauss-Jacobi quadrature instead: all terms are positive, so nothing cancels,
        and for every history with at most one purchase day per day it is exact to about ten digits.
        """
        r, alpha, a, b = (params[name] for name in PARAMETERS)
        x, _, T = histories_as_arrays(x, 0.0, T)
        horizon = np.asarray(horizon, dtype="float64")
        if not (np.isfinite(horizon).all() and (horizon >= 0).all()):
            raise ValueError("horizon: must be finite and not negative")
        x, T, horizon = np.broadcast_arrays(x, T, horizon)
        shape = x.shape
        x, per_rate = x.ravel(), (horizon / (alpha + T)).ravel()
        result = np.empty(x.shape)
        if not np.isfinite([r, alpha, a, b]).all():
            return np.full(shape, np.nan)
        distinct_x, x_index = np.unique(x, return_inverse=True)
        for index, repeats in enumerate(distinct_x):
            of_x = np.flatnonzero(x_index == index) if len(distinct_x) > 1 else np.arange(len(x))
            p, weight = beta_quadrature(a, b + repeats + self.first_purchase_chances)
            for rows in np.array_split(of_x, len(of_x) // 4096 + 1):
                decay = -(r + repeats) * np.log1p(np.outer(per_rate[rows], p))
                result[rows] = -np.expm1(decay) @ (weight / p)
        return result.reshape(shape)

    def expected_purchases(
        self, params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> np.ndarray:
        """Purchases expected in the next `horizon` weeks given the history, in the shape of the inputs."""
        return self.expected_purchases_if_alive(params, horizon, x, T) * self.probability_alive(
            params, x, t_x, T
        )


@lru_cache(maxsize=2048)  # the same nodes serve every horizon; nobody writes into them
@on_one_blas_thread
def beta_quadrature(a: float, b: float, *, nodes_count: int = NODES_COUNT) -> tuple[np.ndarray, np.ndarray]:
    """Nodes in (0, 1) and weights that sum to 1: Gauss quadrature for the Beta(a, b) distribution.

    By the eigenvalues of the Jacobi matrix (Golub and Welsch 1969), exact for a, b in the thousands too.
    """
    first, second = b - 1, a - 1
    step = np.arange(1, nodes_count, dtype="float64")
    both = 2 * step + first + second
    diagonal = np.empty(nodes_count)
    diagonal[0] = (second - first) / (first + second + 2)
    diagonal[1:] = (second - first) * (second + first) / (both * (both + 2))
    beside = np.empty(nodes_count - 1)
    beside[0] = 4 * (1 + first) * (1 + second) / ((2 + first + second) ** 2 * (3 + first + second))
    step, both = step[1:], both[1:]
    beside[1:] = (
        4 * step * (step + first) * (step + second) * (step + first + second)
        / (both**2 * (both + 1) * (both - 1))
    )  # fmt: skip
    values, vectors = eigh_tridiagonal(diagonal, np.sqrt(beside))
    # A node can only reach 0 by rounding; the smallest positive number keeps the limit of the integrand.
    return np.maximum((1 + values) / 2, 1e-300), vectors[0] ** 2
