"""What every fit shares: the result, the one maximum likelihood driver, and the frames of results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from customer_segmentation.clv.blas_threads import on_one_blas_thread

STATUSES = ("ok", "no_churn_signal", "too_few_repeaters", "not_converged", "no_customers")
USABLE_STATUSES = ("ok", "no_churn_signal")

PARAMETER_COLUMNS = {"model": "str", "parameter": "str", "value": "float64", "standard_error": "float64"}
FIT_COLUMNS = {
    "model": "str",
    "status": "str",
    "log_likelihood": "float64",
    "customers_count": "int64",
    "repeat_customers_count": "int64",
}

# Parameters of rescaled data: e^-9 to e^9 is 0.0001 to 8100, wide enough to be as good as zero or infinity.
LOG_LOWER, LOG_UPPER = -9.0, 9.0
GRADIENT_TOLERANCE = 1e-6  # per customer, on log parameters
SAME_POINT = 1e-6  # log parameters so near share one Hessian

LogLikelihood = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class FitResult:
    """A fitted model.

    Attributes
    ----------
    model
        Name of the model, for example `bg_nbd`.
    status
        One of `STATUSES`. `ok`: use it. `no_churn_signal`: the data do not ask for dropping out (or for
        churn, in a contract); the parameters are bounded and score like the model without it.
        `too_few_repeaters`: fewer customers with a repeat than asked for; parameters are bounded but not
        to be trusted. `not_converged`: no interior maximum was found. `no_customers`: parameters are NaN.
    parameters
        Value by name; time in the unit of the input, money in the unit of the input.
    standard_errors
        By name, from the Hessian; NaN where a parameter lies at its bound or the Hessian is not definite.
    log_likelihood
        Total over customers, at the parameters; NaN without customers.
    customers_count, repeat_customers_count
        Customers used in the fit and those among them with at least one repeat.
    ignored_rows_count
        Input rows that the model does not concern (for example spend of customers without a repeat).
    bounded_parameters
        Names of parameters that ended at a bound.
    """

    model: str
    status: str
    parameters: Mapping[str, float]
    standard_errors: Mapping[str, float]
    log_likelihood: float
    customers_count: int
    repeat_customers_count: int
    ignored_rows_count: int = 0
    bounded_parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Optimum:
    """Maximum of a log-likelihood in log parameters: see `maximise`."""

    log_parameters: np.ndarray
    log_likelihood: float
    is_converged: bool
    is_at_bound: np.ndarray
    log_standard_errors: np.ndarray


@on_one_blas_thread
def maximise(
    log_likelihood: LogLikelihood,
    *,
    starts: Sequence[Sequence[float]],
    weight: float,
    lower: Sequence[float] | None = None,
    upper: Sequence[float] | None = None,
) -> Optimum:
    """Maximise a log-likelihood over bounded log parameters.

    L-BFGS-B from every start, the best is polished by Newton steps, so that the answer does not depend on
    where the search stopped. Standard errors come from the Hessian (central differences of the gradient).

    Parameters
    ----------
    log_likelihood
        From log parameters, shape (k,), to (total log-likelihood, its gradient, shape (k,)).
    starts
        Log parameters to start from, each of shape (k,).
    weight
        Number of customers; the search works on the mean per customer.
    lower, upper
        Bounds of the log parameters; default `LOG_LOWER`, `LOG_UPPER`.
    """
    size = len(starts[0])
    low = np.full(size, LOG_LOWER) if lower is None else np.asarray(lower, dtype="float64")
    high = np.full(size, LOG_UPPER) if upper is None else np.asarray(upper, dtype="float64")

    def negative_mean(point: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = log_likelihood(point)
        return -value / weight, -gradient / weight

    best = None
    for start in starts:
        found = minimize(
            negative_mean,
            np.clip(np.asarray(start, dtype="float64"), low, high),
            jac=True,
            method="L-BFGS-B",
            bounds=list(zip(low, high, strict=True)),
            options={"maxiter": 1000, "maxfun": 3000, "ftol": 1e-13, "gtol": 1e-8},
        )
        if np.isfinite(found.fun) and (best is None or found.fun < best.fun):
            best = found
    if best is None:
        raise FloatingPointError("the log-likelihood is not finite at any start")

    point, value, gradient = best.x, best.fun, best.jac
    hessian = _hessian(negative_mean, point, low, high)
    for _ in range(5):
        free = _free(point, gradient, low, high)
        of_free = hessian[np.ix_(free, free)]
        if not free.any() or np.abs(gradient[free]).max() < 1e-12 or not _is_positive_definite(of_free):
            break
        proposal = point.copy()
        proposal[free] -= np.clip(np.linalg.solve(of_free, gradient[free]), -1.0, 1.0)
        proposal = np.clip(proposal, low, high)
        new_value, new_gradient = negative_mean(proposal)
        if not (
            new_value <= value + 1e-12 and np.abs(new_gradient[free]).max() < np.abs(gradient[free]).max()
        ):
            break
        step = np.abs(proposal - point).max()
        point, value, gradient = proposal, new_value, new_gradient
        if step > SAME_POINT:
            hessian = _hessian(negative_mean, point, low, high)

    free = _free(point, gradient, low, high)
    errors = np.full(size, np.nan)
    of_free = hessian[np.ix_(free, free)]
    if free.any() and _is_positive_definite(of_free):
        errors[free] = np.sqrt(np.diag(np.linalg.inv(of_free)) / weight)
    return Optimum(
        log_parameters=point,
        log_likelihood=-value * weight,
        is_converged=bool(not free.any() or np.abs(gradient[free]).max() < GRADIENT_TOLERANCE),
        is_at_bound=(point - low < 1e-6) | (high - point < 1e-6),
        log_standard_errors=errors,
    )


def parameter_frame(results: Iterable[FitResult]) -> pd.DataFrame:
    """Fitted parameters, one row per model and parameter: `model`, `parameter`, `value`, `standard_error`."""
    rows = [
        (result.model, name, value, result.standard_errors[name])
        for result in results
        for name, value in result.parameters.items()
    ]
    return pd.DataFrame(rows, columns=list(PARAMETER_COLUMNS)).astype(PARAMETER_COLUMNS)


def fit_frame(results: Iterable[FitResult]) -> pd.DataFrame:
    """Fits, one row per model: `model`, `status`, `log_likelihood` and the counts of customers."""
    rows = [tuple(getattr(result, column) for column in FIT_COLUMNS) for result in results]
    return pd.DataFrame(rows, columns=list(FIT_COLUMNS)).astype(FIT_COLUMNS)


def parameters_from_frame(frame: pd.DataFrame, *, model: str) -> dict[str, float]:
    """Parameters of one model out of a frame as `parameter_frame` makes it.

    Raises
    ------
    ValueError
        If the frame has no row of that model or names a parameter of it twice.
    """
    rows = frame.loc[frame["model"] == model]
    if rows.empty:
        raise ValueError(f"model: no parameters of {model}")
    if rows["parameter"].duplicated().any():
        raise ValueError(f"parameter: repeated for {model}")
    return dict(zip(rows["parameter"].astype("str"), rows["value"].astype("float64"), strict=True))


def _free(point: np.ndarray, gradient: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Parameters that may move: those that do not press against a bound."""
    return ~(((point <= low) & (gradient >= 0)) | ((point >= high) & (gradient <= 0)))


def _hessian(function: LogLikelihood, point: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Symmetric Hessian by differences of the gradient, kept inside the bounds."""
    columns = []
    for index in range(len(point)):
        ahead, behind = point.copy(), point.copy()
        ahead[index] = min(point[index] + 1e-4, high[index])
        behind[index] = max(point[index] - 1e-4, low[index])
        columns.append((function(ahead)[1] - function(behind)[1]) / (ahead[index] - behind[index]))
    matrix = np.array(columns)
    return (matrix + matrix.T) / 2


def _is_positive_definite(matrix: np.ndarray) -> bool:
    """True when every direction is curved clearly more than rounding."""
    return bool(np.isfinite(matrix).all() and np.linalg.eigvalsh(matrix).min() > 1e-9)
