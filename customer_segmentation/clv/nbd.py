"""NBD: purchases without dropping out. The yardstick for a churn signal, and the model to fall back to.

Each customer buys at a Poisson rate, rates are Gamma(r, alpha) over customers (Ehrenberg 1959).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from customer_segmentation.clv.fitting import FitResult
from customer_segmentation.clv.purchase_histories import (
    Cells,
    cells_from_frame,
    fit_purchase_model,
    histories_as_arrays,
    total,
)

MODEL = "nbd"
PARAMETERS = ("r", "alpha")
STARTS = ({"r": 0.5, "alpha": 0.5},)


def fit(histories: pd.DataFrame, *, minimum_repeat_customers: int = 1) -> FitResult:
    """Fit r and alpha; see `bg_nbd.fit` for the input."""
    return fit_purchase_model(
        histories,
        model=MODEL,
        cell_likelihood=cell_likelihood,
        parameter_names=PARAMETERS,
        time_parameters=("alpha",),
        starts=STARTS,
        minimum_repeat_customers=minimum_repeat_customers,
    )


def log_likelihood(params: Mapping[str, float], histories: pd.DataFrame) -> float:
    """Total log-likelihood of counted histories."""
    return total(
        cell_likelihood, np.array([params[name] for name in PARAMETERS]), cells_from_frame(histories)
    )[0]


def expected_purchases(
    params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, T: ArrayLike
) -> np.ndarray:
    """Expected purchases in the next `horizon` weeks: (r + x) / (alpha + T) * horizon."""
    x, _, T = histories_as_arrays(x, 0.0, T)
    return (params["r"] + x) / (params["alpha"] + T) * np.asarray(horizon, dtype="float64")


def cell_likelihood(parameters: np.ndarray, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood per customer of each cell, shape (cells,), and gradient, shape (2, cells)."""
    r, alpha = parameters
    log_end = np.log(alpha + cells.T)
    value = cells.by_x(lambda x: gammaln(r + x) - gammaln(r)) + r * np.log(alpha) - (r + cells.x) * log_end
    by_r = cells.by_x(lambda x: digamma(r + x) - digamma(r)) + np.log(alpha) - log_end
    by_alpha = r / alpha - (r + cells.x) / (alpha + cells.T)
    return value, np.array([by_r, by_alpha])
