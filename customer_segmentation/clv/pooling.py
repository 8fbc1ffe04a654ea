"""Fits per group of customers, drawn towards the fit of all where a group says little.

The logarithms of a group's parameters are taken to scatter around those of all customers (a normal prior, one
variance per parameter). The variances come from the groups themselves: what their own fits differ from the
whole by, less what chance alone would make them differ (method of moments; Efron and Morris 1975). A group's
parameters then maximise its likelihood times that prior, so a large group keeps its own, a small one gets
nearly those of all, and no group is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType

import numpy as np
import pandas as pd

from customer_segmentation.clv.fitting import USABLE_STATUSES, FitResult, maximise
from customer_segmentation.clv.purchase_histories import cells_from_frame, total

WHOLE = "all"
SMALLEST_VARIANCE, LARGEST_VARIANCE = 1e-4, 1.0


def fit_groups(
    module: ModuleType, histories: pd.DataFrame, *, minimum_repeat_customers: int
) -> dict[str, FitResult]:
    """Fit one model without a contract for each `model_group` of counted histories.

    Parameters
    ----------
    module
        `bg_nbd`, `mbg_nbd` or `pareto_nbd`.
    histories
        As for `module.fit`, with a column `model_group` (text).
    minimum_repeat_customers
        Below so many customers with a repeat a fit is not used; see `module.fit`.

    Returns
    -------
    dict
        The fit of each group. With one group it is the plain fit. Where the fit of all is not usable every
        group has that one. A group too small to be fitted alone has the parameters of all, drawn to its data.
    """
    if "model_group" not in histories.columns:
        raise ValueError("missing column: model_group")
    whole = module.fit(histories, minimum_repeat_customers=minimum_repeat_customers)
    groups = {
        str(name): rows for name, rows in histories.groupby(histories["model_group"].astype("str"), sort=True)
    }
    if len(groups) < 2 or whole.status not in USABLE_STATUSES:
        return {name: whole for name in groups or (WHOLE,)}
    own = {
        name: module.fit(rows, minimum_repeat_customers=minimum_repeat_customers)
        for name, rows in groups.items()
    }
    variances = between_group_variances(whole, own)
    return {name: _drawn(module, rows, whole, own[name], variances) for name, rows in groups.items()}


def between_group_variances(whole: FitResult, own: Mapping[str, FitResult]) -> np.ndarray:
    """Variance of the log parameters between groups, shape (parameters,), in the order of the model."""
    names = list(whole.parameters)
    excess = []
    for fit in own.values():
        errors = np.array([fit.standard_errors[name] / fit.parameters[name] for name in names])
        if fit.status != "ok" or not np.isfinite(errors).all():
            continue
        away = np.log([fit.parameters[name] / whole.parameters[name] for name in names])
        excess.append(away**2 - errors**2)
    mean = np.mean(excess, axis=0) if excess else np.full(len(names), SMALLEST_VARIANCE)
    return np.clip(mean, SMALLEST_VARIANCE, LARGEST_VARIANCE)


def _drawn(
    module: ModuleType, rows: pd.DataFrame, whole: FitResult, own: FitResult, variances: np.ndarray
) -> FitResult:
    """The group's fit under the prior; counts are the group's own."""
    cells = cells_from_frame(rows)
    names = list(whole.parameters)
    centre = np.log([whole.parameters[name] for name in names])

    def with_prior(point: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.exp(point)
        value, gradient = total(module.cell_likelihood, parameters, cells)
        away = point - centre
        return value - float(away @ (away / variances)) / 2, gradient * parameters - away / variances

    optimum = maximise(
        with_prior,
        starts=[centre],
        weight=float(cells.n.sum()),
        lower=centre - 4,
        upper=centre + 4,
    )
    parameters = dict(zip(names, np.exp(optimum.log_parameters).tolist(), strict=True))
    return replace(
        own,
        status="ok" if optimum.is_converged else "not_converged",
        parameters=parameters,
        standard_errors={
            name: parameters[name] * float(error)
            for name, error in zip(names, optimum.log_standard_errors, strict=True)
        },
        log_likelihood=total(module.cell_likelihood, np.exp(optimum.log_parameters), cells)[0],
        bounded_parameters=(),
    )
