"""The two small tables that SQL needs to score every customer: fitted parameters, and scores by history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from customer_segmentation.clv import gamma_gamma, pareto_nbd
from customer_segmentation.clv.backtest import MODELS
from customer_segmentation.clv.discounting import discounted_purchases_if_alive
from customer_segmentation.clv.fitting import USABLE_STATUSES, FitResult
from customer_segmentation.clv.pooling import WHOLE, fit_groups
from customer_segmentation.clv.purchase_histories import Cells

SPLINE_KNOTS_COUNT = 64
# Pareto/NBD is slow: it is fitted on more customers than these only where it was chosen.
PARETO_CUSTOMERS_COUNT = 50_000

FIT_COLUMNS = {
    "model_group": "str",
    "model": "str",
    "parameter": "str",
    "value": "float64",
    "standard_error": "float64",
    "status": "str",
    "log_likelihood": "float64",
    "customers_count": "int64",
    "repeat_customers_count": "int64",
    "is_chosen": "bool",
    "choice_reason": "str",
}
SCORE_COLUMNS = (
    "probability_alive",
    "next_90_days",
    "next_365_days",
    "discounted",
    "no_purchase_next_90_days",
    "days_to_next_if_alive",
)


def fit_clv_models(
    histories: pd.DataFrame,
    spend: pd.DataFrame,
    backtest: pd.DataFrame,
    *,
    models: Sequence[str] = tuple(MODELS),
) -> pd.DataFrame:
    """Fit the models without a contract per group of customers, and Gamma-Gamma for spend.

    Parameters
    ----------
    histories
        `model_group`, `repeat_purchase_count`, `recency_weeks`, `age_weeks`, `customers_count`.
    spend
        `repeat_purchase_count`, `mean_repeat_spend_amount`, `customers_count`; see `gamma_gamma.fit`.
    backtest
        As `backtest.backtest` returns it; its choice says which model scores.
    models
        Names of the models without a contract to fit, by default all of them.

    Returns
    -------
    DataFrame
        One row per group, model and parameter with the fit's status, log-likelihood and counts. `is_chosen`
        marks the model that scores (none: the fallback does), `choice_reason` says why, in words.
    """
    choice = backtest.loc[backtest["part"] == "choice"].iloc[0]
    chosen, reason = str(choice["model"]), str(choice["status"])
    rows: list[tuple] = []
    for name in models:
        module = MODELS[name]
        if (
            module is pareto_nbd
            and name != chosen
            and histories["customers_count"].sum() > PARETO_CUSTOMERS_COUNT
        ):
            continue
        for group, result in fit_groups(module, histories).items():
            rows += _rows(group, result, is_chosen=name == chosen, reason=reason)
    rows += _rows(WHOLE, gamma_gamma.fit(spend), is_chosen=True, reason="the only model of spend")
    return pd.DataFrame(rows, columns=list(FIT_COLUMNS)).astype(FIT_COLUMNS)


def history_scores(
    fits: pd.DataFrame,
    histories: pd.DataFrame,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
) -> pd.DataFrame:
    """What the chosen model expects of each distinct purchase history.

    Parameters
    ----------
    fits
        As `fit_clv_models` returns them. Without a chosen, usable model the result is empty.
    histories
        Distinct `model_group`, `repeat_purchase_count` (x), `recency_days` and `age_days` (t_x, T in days).
    value_horizon_days
        Days over which purchases are discounted into the customer's value.
    annual_discount_rate
        For example 0.10.

    Returns
    -------
    DataFrame
        The four columns of a history, `model`, and: `probability_alive` (0 to 1); expected purchases
        `next_90_days`, `next_365_days` and `discounted` (over the value horizon, discounted from the middle
        of each month); `no_purchase_next_90_days`, the probability of none; and
        `days_to_next_if_alive`, the mean wait of somebody who is alive (null where it is not finite).
    """
    columns = ["model_group", "repeat_purchase_count", "recency_days", "age_days"]
    rows = histories.loc[:, columns].reset_index(drop=True)
    chosen = fits.loc[
        fits["is_chosen"] & fits["model"].isin(list(MODELS)) & fits["status"].isin(USABLE_STATUSES)
    ]
    parts = []
    for group, of_group in rows.groupby("model_group", sort=True):
        parameters = chosen.loc[chosen["model_group"] == group]
        if parameters.empty:
            continue
        name = str(parameters["model"].iloc[0])
        params = dict(zip(parameters["parameter"], parameters["value"], strict=True))
        scores = _scores(
            MODELS[name],
            params,
            of_group["repeat_purchase_count"].to_numpy(dtype="float64"),
            of_group["recency_days"].to_numpy(dtype="float64") / 7,
            of_group["age_days"].to_numpy(dtype="float64") / 7,
            value_horizon_days=value_horizon_days,
            annual_discount_rate=annual_discount_rate,
        )
        parts.append(of_group.assign(model=name, **scores))
    if not parts:
        empty = rows.iloc[:0].assign(model=pd.Series(dtype="str"))
        return empty.assign(**{column: pd.Series(dtype="float64") for column in SCORE_COLUMNS})
    return pd.concat(parts).sort_index().reset_index(drop=True)


def _scores(
    module: ModuleType,
    params: Mapping[str, float],
    x: np.ndarray,
    t_x: np.ndarray,
    T: np.ndarray,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
) -> dict[str, np.ndarray]:
    """Scores of histories under one model, each of shape (histories,)."""

    def if_alive(x: np.ndarray, ages: np.ndarray) -> np.ndarray:
        purchases = [module.expected_purchases_if_alive(params, days / 7, x, ages) for days in (90, 365)]
        discounted = discounted_purchases_if_alive(
            module.expected_purchases_if_alive,
            params,
            value_horizon_days / 7,
            x,
            ages,
            annual_discount_rate=annual_discount_rate,
        )
        return np.column_stack([*purchases, discounted])

    alive = module.probability_alive(params, x, t_x, T)
    expected = np.empty((len(x), 3))
    scale = next(params[name] for name in ("alpha", "r") if name in params)
    for repeats in np.unique(x):
        of_x = np.flatnonzero(x == repeats)
        ages, position = np.unique(T[of_x], return_inverse=True)
        by_age = _over_ages(
            lambda ages, repeats=repeats: if_alive(np.full(len(ages), repeats), ages), ages, scale=scale
        )
        expected[of_x] = by_age[position]
    # the chance of no purchase: the likelihood of the same history seen for longer over that seen so far
    parameters = np.array([params[name] for name in module.PARAMETERS])
    longer, so_far = (module.cell_likelihood(parameters, _cells(x, t_x, age))[0] for age in (T + 90 / 7, T))
    return {
        "probability_alive": alive,
        "next_90_days": expected[:, 0] * alive,
        "next_365_days": expected[:, 1] * alive,
        "discounted": expected[:, 2] * alive,
        "no_purchase_next_90_days": np.clip(np.exp(longer - so_far), 0, 1),
        # the purchase rate of all three models is gamma distributed: the mean wait is finite from shape 1 on
        "days_to_next_if_alive": np.where(
            params["r"] + x > 1, 7 * (params["alpha"] + T) / np.maximum(params["r"] + x - 1, 1e-12), np.nan
        ),
    }


def _cells(x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> Cells:
    distinct_x, x_index = np.unique(x, return_inverse=True)
    return Cells(x, t_x, T, np.ones(len(x)), distinct_x, x_index)


def _over_ages(expected: Callable[[np.ndarray], np.ndarray], ages: np.ndarray, *, scale: float) -> np.ndarray:
    """Values at each of the distinct ages; smooth in log(scale + age), so many are read off a spline."""
    if len(ages) <= SPLINE_KNOTS_COUNT:
        return expected(ages)
    position = np.log(scale + ages)
    knots = np.linspace(position.min(), position.max(), SPLINE_KNOTS_COUNT)
    at_knots = expected(np.clip(np.exp(knots) - scale, ages.min(), ages.max()))
    return np.exp(CubicSpline(knots, np.log(np.maximum(at_knots, 1e-300)))(position))


def _rows(group: str, result: FitResult, *, is_chosen: bool, reason: str) -> list[tuple]:
    return [
        (
            group,
            result.model,
            name,
            value,
            result.standard_errors[name],
            result.status,
            result.log_likelihood,
            result.customers_count,
            result.repeat_customers_count,
            is_chosen,
            reason,
        )
        for name, value in result.parameters.items()
    ]
