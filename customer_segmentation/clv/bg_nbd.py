"""BG/NBD: purchases without a contract, dropping out after a purchase.

Every customer without a repeat purchase has P(alive) = 1 by construction: never rank one-time buyers by it.

Source: Fader, Hardie and Lee (2005), "Counting your customers" the easy way.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from customer_segmentation.clv import beta_geometric, nbd
from customer_segmentation.clv.fitting import FitResult
from customer_segmentation.clv.purchase_histories import Cells, cells_from_frame, fit_purchase_model, total

MODEL = "bg_nbd"
PARAMETERS = beta_geometric.PARAMETERS
FIRST_PURCHASE_CHANCES = 0


def fit(histories: pd.DataFrame, *, minimum_repeat_customers: int = 20) -> FitResult:
    """Fit r, alpha (weeks), a and b by maximum likelihood.

    Parameters
    ----------
    histories
        Counted histories: `repeat_purchase_count` (x, purchase days after the first), `recency_weeks`
        (t_x, first to last purchase), `age_weeks` (T, first purchase to as-of date), `customers_count`.
        Rows need not be distinct; their order is irrelevant. Any unit of time works, alpha follows it.
    minimum_repeat_customers
        Below this many customers with x > 0 the status is `too_few_repeaters`.

    Raises
    ------
    ValueError
        Names the column and the number of bad rows (not finite, negative, t_x > T, t_x > 0 with x = 0).
    """
    return fit_purchase_model(
        histories,
        model=MODEL,
        cell_likelihood=cell_likelihood,
        parameter_names=PARAMETERS,
        time_parameters=("alpha",),
        starts=beta_geometric.STARTS,
        minimum_repeat_customers=minimum_repeat_customers,
        without_dropout=(nbd.cell_likelihood, nbd.STARTS),
    )


def log_likelihood(params: Mapping[str, float], histories: pd.DataFrame) -> float:
    """Total log-likelihood of counted histories."""
    parameters = np.array([params[name] for name in PARAMETERS])
    return total(cell_likelihood, parameters, cells_from_frame(histories))[0]


def probability_alive(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> np.ndarray:
    """Probability of not having dropped out by the as-of date, 0 to 1, in the shape of the inputs.

    1 for every x = 0: the model gives one-time buyers no chance to drop out.
    """
    return beta_geometric.probability_alive(params, x, t_x, T, k=FIRST_PURCHASE_CHANCES)


def dropout_terms(
    params: Mapping[str, float], x: ArrayLike, t: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the odds of having dropped out are made of, for x repeats and a time t; see `scoring_tables`."""
    return beta_geometric.dropout_terms(params, x, t, k=FIRST_PURCHASE_CHANCES)


def no_purchase_if_alive(
    params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, T: ArrayLike
) -> np.ndarray:
    """Probability that a customer who is alive at T buys nothing in the next `horizon` weeks."""
    return beta_geometric.no_purchase_if_alive(params, horizon, x, T)


def expected_purchases_if_alive(
    params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, T: ArrayLike
) -> np.ndarray:
    """g(x, T, t): purchases expected in the next `horizon` weeks by a customer who is alive.

    Depends on x and T only, so a lookup over distinct (x, T) scores everybody: expected purchases are
    g(x, T, t) * P(alive). Never above (r+x)/(alpha+T) * horizon.
    """
    return beta_geometric.expected_purchases_if_alive(params, horizon, x, T, k=FIRST_PURCHASE_CHANCES)


def expected_purchases(
    params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
) -> np.ndarray:
    """Purchases expected in the next `horizon` weeks given the history, in the shape of the inputs."""
    return expected_purchases_if_alive(params, horizon, x, T) * probability_alive(params, x, t_x, T)


def cell_likelihood(parameters: np.ndarray, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood per customer of each cell, shape (cells,), and gradient, shape (4, cells)."""
    return beta_geometric.cell_likelihood(parameters, cells, k=FIRST_PURCHASE_CHANCES)
