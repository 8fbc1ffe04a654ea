"""Purchase histories as counted cells, and the fit that the models without a contract share.

A customer's history is three numbers (Fader, Hardie and Lee 2005): x repeat purchases, t_x the time from
first to last purchase, T the time from first purchase to the as-of date. Customers with equal histories are
one cell with a count, so a fit costs the number of different histories and not the number of customers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from customer_segmentation.clv.fitting import FitResult, Optimum, maximise

HISTORY_COLUMNS = ("repeat_purchase_count", "recency_weeks", "age_weeks", "customers_count")

# A model with dropping out has to explain the data better than the one without by this log-likelihood.
MINIMUM_CHURN_GAIN = 2.0


@dataclass(frozen=True)
class Cells:
    """Distinct histories: x, t_x, T and the number n of customers, each of shape (cells,).

    `distinct_x[x_index]` is x: functions of x alone are evaluated once per distinct value.
    """

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    n: np.ndarray
    distinct_x: np.ndarray
    x_index: np.ndarray

    def by_x(self, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """A function of x, evaluated at the distinct values."""
        return function(self.distinct_x)[self.x_index]

    def in_units_of(self, scale: float) -> Cells:
        """The same histories with time divided by `scale`."""
        return Cells(self.x, self.t_x / scale, self.T / scale, self.n, self.distinct_x, self.x_index)


CellLikelihood = Callable[[np.ndarray, Cells], tuple[np.ndarray, np.ndarray]]


def cells_from_frame(histories: pd.DataFrame) -> Cells:
    """Checked, grouped and sorted cells from a frame with `HISTORY_COLUMNS`.

    Raises
    ------
    ValueError
        Names the column and the number of bad rows: missing, not finite, negative, not whole (counts),
        recency above age, recency without a repeat purchase.
    """
    frame = numbers_of(histories, HISTORY_COLUMNS)
    x, t_x, T, n = (frame[column].to_numpy() for column in HISTORY_COLUMNS)
    refuse("repeat_purchase_count", x != np.floor(x), "are not whole")
    refuse("recency_weeks", t_x > T, "are above age_weeks")
    refuse("recency_weeks", (x == 0) & (t_x > 0), "are positive without a repeat purchase")
    frame = frame.loc[n > 0]
    grouped = frame.groupby(list(HISTORY_COLUMNS[:3]), sort=True, as_index=False)["customers_count"].sum()
    x, t_x, T, n = (grouped[column].to_numpy() for column in HISTORY_COLUMNS)
    distinct_x, x_index = np.unique(x, return_inverse=True)
    return Cells(x, t_x, T, n, distinct_x, x_index)


def numbers_of(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The columns as float64, refused unless they are all there, finite and not negative."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
    numbers = frame.loc[:, list(columns)].astype("float64").reset_index(drop=True)
    for column in columns:
        refuse(column, ~np.isfinite(numbers[column]), "are not finite")
        refuse(column, numbers[column] < 0, "are negative")
    return numbers


def refuse(column: str, is_bad: ArrayLike, complaint: str) -> None:
    """Raise ValueError naming the column and the number of bad rows, if there are any."""
    bad_count = int(np.sum(is_bad))
    if bad_count:
        raise ValueError(f"{column}: {bad_count} rows {complaint}")


def histories_as_arrays(x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> tuple[np.ndarray, ...]:
    """x, t_x and T broadcast to one shape and checked as `cells_from_frame` checks them."""
    x, t_x, T = np.broadcast_arrays(*(np.asarray(values, dtype="float64") for values in (x, t_x, T)))
    for column, values in zip(HISTORY_COLUMNS, (x, t_x, T), strict=False):
        refuse(column, ~np.isfinite(values), "are not finite")
        refuse(column, values < 0, "are negative")
    refuse("recency_weeks", t_x > T, "are above age_weeks")
    return x, t_x, T


def total(cell_likelihood: CellLikelihood, parameters: np.ndarray, cells: Cells) -> tuple[float, np.ndarray]:
    """Log-likelihood over all customers and its gradient in the parameters."""
    return weighted_total(*cell_likelihood(parameters, cells), cells.n)


def weighted_total(values: np.ndarray, gradients: np.ndarray, n: np.ndarray) -> tuple[float, np.ndarray]:
    """Sum of values, shape (cells,), and of gradients, shape (k, cells), over n customers of each cell.

    Not by `@`: its threads add in another order on another machine, and cost more than so small a sum.
    """
    return float(np.einsum("i,i->", n, values)), np.einsum("ji,i->j", gradients, n)


def fit_purchase_model(
    histories: pd.DataFrame,
    *,
    model: str,
    cell_likelihood: CellLikelihood,
    parameter_names: Sequence[str],
    time_parameters: Sequence[str],
    starts: Sequence[Mapping[str, float]],
    minimum_repeat_customers: int,
    near: Mapping[str, float] | None = None,
    without_dropout: tuple[CellLikelihood, Sequence[Mapping[str, float]]] | None = None,
) -> FitResult:
    """Fit by maximum likelihood, in time units of the mean age so that the unit of the input is irrelevant.

    Parameters
    ----------
    cell_likelihood
        From parameters, shape (k,), and cells to log-likelihood per customer, shape (cells,), and its
        gradient in the parameters, shape (k, cells).
    time_parameters
        Names of the parameters that carry the unit of time.
    starts
        Parameters to start from, for data whose mean age is 1.
    near
        Parameters of much the same customers, in the unit of the input, to start from instead.
    without_dropout
        Likelihood and starts of the model in which nobody drops out; the fit has to beat it by
        `MINIMUM_CHURN_GAIN` or its status is `no_churn_signal`.
    """
    cells = cells_from_frame(histories)
    customers_count = round(cells.n.sum())
    repeat_customers_count = round(cells.n[cells.x > 0].sum())
    if not customers_count:
        nothing = dict.fromkeys(parameter_names, np.nan)
        return FitResult(model, "no_customers", nothing, dict(nothing), np.nan, 0, 0)

    mean_age = float(np.average(cells.T, weights=cells.n))
    scale = mean_age if mean_age > 0 else 1.0
    scaled = cells.in_units_of(scale)
    units = np.array([scale if name in time_parameters else 1.0 for name in parameter_names])
    if near is not None:
        starts = [{name: near[name] / unit for name, unit in zip(parameter_names, units, strict=True)}]
    optimum = _maximise_cells(cell_likelihood, starts, parameter_names, scaled)
    values = np.exp(optimum.log_parameters) * units

    status = "ok"
    if repeat_customers_count < minimum_repeat_customers:
        status = "too_few_repeaters"
    elif not optimum.is_converged:
        status = "not_converged"
    elif without_dropout is not None:
        simpler = _maximise_cells(*without_dropout, list(without_dropout[1][0]), scaled)
        if optimum.log_likelihood - simpler.log_likelihood < MINIMUM_CHURN_GAIN:
            status = "no_churn_signal"
    return FitResult(
        model=model,
        status=status,
        parameters=dict(zip(parameter_names, values.tolist(), strict=True)),
        standard_errors=dict(
            zip(parameter_names, (values * optimum.log_standard_errors).tolist(), strict=True)
        ),
        # The density of x purchases carries the unit of time to the power -x.
        log_likelihood=float(optimum.log_likelihood - cells.n @ cells.x * np.log(scale)),
        customers_count=customers_count,
        repeat_customers_count=repeat_customers_count,
        bounded_parameters=tuple(np.array(parameter_names)[optimum.is_at_bound].tolist()),
    )


def _maximise_cells(
    cell_likelihood: CellLikelihood,
    starts: Sequence[Mapping[str, float]],
    parameter_names: Sequence[str],
    cells: Cells,
) -> Optimum:
    def by_log_parameters(point: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(point)
        value, gradient = total(cell_likelihood, parameters, cells)
        return value, gradient * parameters

    return maximise(
        by_log_parameters,
        starts=[np.log([start[name] for name in parameter_names]) for start in starts],
        weight=float(cells.n.sum()),
    )
