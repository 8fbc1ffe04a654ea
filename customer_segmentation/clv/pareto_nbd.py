"""Pareto/NBD: purchases without a contract, dropping out at any moment.

Purchase rates are Gamma(r, alpha) and dropout rates Gamma(s, beta) over customers.

Source: Schmittlein, Morrison and Colombo (1987); Fader and Hardie (2005), A note on deriving the Pareto/NBD
model. The likelihood is written there with a difference of two hypergeometric functions, which cancels when
t_x is near T and overflows for many purchases. Here the time y of dropping out is integrated out directly:

    L = G(r+x) alpha^r beta^s / G(r) [ (alpha+T)^-(r+x) (beta+T)^-s
                                       + s * integral over t_x..T of (alpha+y)^-(r+x) (beta+y)^-(s+1) dy ]

by Gauss-Legendre nodes in log(min(alpha, beta) + y). Every term is positive, the log integrand is concave
in that variable and its end is cut where it has fallen by e^-40, so one rule serves
alpha above and below beta.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import digamma, exprel, gammaln, logsumexp

from customer_segmentation.clv import nbd
from customer_segmentation.clv.fitting import FitResult
from customer_segmentation.clv.purchase_histories import (
    Cells,
    cells_from_frame,
    fit_purchase_model,
    histories_as_arrays,
    total,
)

MODEL = "pareto_nbd"
PARAMETERS = ("r", "alpha", "s", "beta")
STARTS = ({"r": 0.5, "alpha": 0.4, "s": 0.5, "beta": 0.4}, {"r": 1.0, "alpha": 0.5, "s": 0.3, "beta": 2.0})
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(40)
CHUNK_SIZE = 512


def fit(
    histories: pd.DataFrame,
    *,
    minimum_repeat_customers: int = 1,
    near: Mapping[str, float] | None = None,
) -> FitResult:
    """Fit r, alpha (weeks), s and beta (weeks) by maximum likelihood; see `bg_nbd.fit` for the input.

    About fifty times the work of BG/NBD per history: seconds for 100,000 distinct histories.
    """
    return fit_purchase_model(
        histories,
        model=MODEL,
        cell_likelihood=cell_likelihood,
        parameter_names=PARAMETERS,
        time_parameters=("alpha", "beta"),
        starts=STARTS,
        minimum_repeat_customers=minimum_repeat_customers,
        near=near,
        without_dropout=(nbd.cell_likelihood, nbd.STARTS),
    )


def log_likelihood(params: Mapping[str, float], histories: pd.DataFrame) -> float:
    """Total log-likelihood of counted histories."""
    parameters = np.array([params[name] for name in PARAMETERS])
    return total(cell_likelihood, parameters, cells_from_frame(histories))[0]


def probability_alive(params: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> np.ndarray:
    """Probability of not having dropped out by the as-of date, 0 to 1, in the shape of the inputs."""
    x, t_x, T = histories_as_arrays(x, t_x, T)
    parameters = np.array([params[name] for name in PARAMETERS])
    result = np.empty(x.size)
    flat = x.ravel(), t_x.ravel(), T.ravel()
    for rows in _chunks(x.size):
        alive, node_terms, *_ = _branches(parameters, *(values[rows] for values in flat))
        result[rows] = np.exp(alive - np.logaddexp(alive, logsumexp(node_terms, axis=1)))
    return result.reshape(x.shape)


def dropout_terms(
    params: Mapping[str, float], x: ArrayLike, t: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the odds of having dropped out are made of, for x repeats and a time t; see `scoring_tables`.

    Dropping out is integrated from t to the latest time given for the same x, over the stretches between the
    times given: sums of positive terms.
    """
    x, _, t = (values.ravel() for values in histories_as_arrays(x, 0.0, t))
    parameters = np.array([params[name] for name in PARAMETERS])
    log_alive, log_dropped_after = np.empty(x.size), np.empty(x.size)
    for repeats in np.unique(x):
        of_x = np.flatnonzero(x == repeats)
        times, position = np.unique(t[of_x], return_inverse=True)
        same = np.full(times.size, repeats)
        # a last stretch of no length: log 0
        _, node_terms, *_ = _branches(parameters, same, times, np.append(times[1:], times[-1]))
        stretches = logsumexp(node_terms, axis=1)
        log_dropped_after[of_x] = np.logaddexp.accumulate(stretches[::-1])[::-1][position]
        log_alive[of_x] = -(params["r"] + repeats) * np.log(params["alpha"] + t[of_x]) - params["s"] * np.log(
            params["beta"] + t[of_x]
        )
    return log_alive, log_dropped_after, np.exp(log_dropped_after - log_alive)


def no_purchase_if_alive(
    params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, T: ArrayLike
) -> np.ndarray:
    """Probability that a customer who is alive at T buys nothing in the next `horizon` weeks.

    Either still alive after the horizon, or dropped out within it.
    """
    x, ahead, T = np.broadcast_arrays(*(np.asarray(values, dtype="float64") for values in (x, horizon, T)))
    x, T, end = x.ravel(), T.ravel(), (T + ahead).ravel()
    parameters = np.array([params[name] for name in PARAMETERS])
    alive, node_terms, *_ = _branches(parameters, x, T, end)
    alive_now, *_ = _branches(parameters, x, T, T)
    return np.exp(np.logaddexp(alive, logsumexp(node_terms, axis=1)) - alive_now)


def expected_purchases_if_alive(
    params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, T: ArrayLike
) -> np.ndarray:
    """g(x, T, t): purchases expected in the next `horizon` weeks by a customer who is alive.

    (r+x)(beta+T) / ((alpha+T)(s-1)) [1 - ((beta+T)/(beta+T+t))^(s-1)], with its limit at s = 1.
    """
    r, alpha, s, beta = (params[name] for name in PARAMETERS)
    x, _, T = histories_as_arrays(x, 0.0, T)
    span = np.log1p(np.asarray(horizon, dtype="float64") / (beta + T))
    return (r + x) * (beta + T) / (alpha + T) * span * exprel(-(s - 1) * span)


def expected_purchases(
    params: Mapping[str, float], horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
) -> np.ndarray:
    """Purchases expected in the next `horizon` weeks given the history, in the shape of the inputs."""
    return expected_purchases_if_alive(params, horizon, x, T) * probability_alive(params, x, t_x, T)


def cell_likelihood(parameters: np.ndarray, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood per customer of each cell, shape (cells,), and gradient, shape (4, cells).

    The gradient weighs each branch (alive at T, dropped out at y) by its probability given the history.
    """
    r, alpha, s, beta = parameters
    value = np.empty(len(cells.x))
    gradient = np.empty((4, len(cells.x)))
    for rows in _chunks(len(cells.x)):
        x, t_x, T = cells.x[rows], cells.t_x[rows], cells.T[rows]
        alive, node_terms, y, log_alpha_y, log_beta_y = _branches(parameters, x, t_x, T)
        largest = np.maximum(alive, node_terms.max(axis=1))
        p_node, p_alive = np.exp(node_terms - largest[:, None]), np.exp(alive - largest)
        whole = p_alive + p_node.sum(axis=1)
        p_node /= whole[:, None]
        p_alive /= whole

        def over_nodes(values: np.ndarray, weights: np.ndarray = p_node) -> np.ndarray:
            return np.einsum("ij,ij->i", weights, values)

        value[rows] = largest + np.log(whole)
        gradient[0, rows] = -p_alive * np.log(alpha + T) - over_nodes(log_alpha_y)
        gradient[1, rows] = -(r + x) * (p_alive / (alpha + T) + over_nodes(1 / (alpha + y)))
        gradient[2, rows] = (1 - p_alive) / s - p_alive * np.log(beta + T) - over_nodes(log_beta_y)
        gradient[3, rows] = -s * p_alive / (beta + T) - (s + 1) * over_nodes(1 / (beta + y))
    value += cells.by_x(lambda x: gammaln(r + x) - gammaln(r)) + r * np.log(alpha) + s * np.log(beta)
    gradient[0] += cells.by_x(lambda x: digamma(r + x) - digamma(r)) + np.log(alpha)
    gradient[1] += r / alpha
    gradient[2] += np.log(beta)
    gradient[3] += s / beta
    return value, gradient


def _branches(
    parameters: np.ndarray, x: np.ndarray, t_x: np.ndarray, T: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Log weight of being alive, shape (n,), and by node that of dropping out around it, its time y, the
    logarithms of alpha + y and of beta + y."""
    r, alpha, s, beta = parameters
    smaller = min(alpha, beta)
    start = smaller + t_x
    fall = (r + x) * start / (alpha + t_x) + (s + 1) * start / (beta + t_x) - 1
    length = np.log(smaller + T) - np.log(start)
    length = np.where(fall > 0, np.minimum(length, 40 / np.where(fall > 0, fall, 1.0)), length)
    ahead = length[:, None] * ((1 + NODES) / 2)
    y = t_x[:, None] + start[:, None] * np.expm1(ahead)
    with np.errstate(divide="ignore"):  # log 0 where t_x = T: no time to drop out
        log_width = np.log(s) + np.log(length * start)[:, None] + np.log(NODE_WEIGHTS / 2)
    log_alpha_y, log_beta_y = np.log(alpha + y), np.log(beta + y)
    node_terms = log_width + ahead - (r + x)[:, None] * log_alpha_y - (s + 1) * log_beta_y
    alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    return alive, node_terms, y, log_alpha_y, log_beta_y


def _chunks(size: int) -> list[slice]:
    return [slice(start, start + CHUNK_SIZE) for start in range(0, size, CHUNK_SIZE)]
