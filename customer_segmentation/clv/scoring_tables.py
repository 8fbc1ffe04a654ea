"""The two small tables that SQL needs to score every customer: fitted parameters, and terms of the scores."""

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

SPLINE_KNOTS_COUNT = 32  # exact to seven digits
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
POINT_COLUMNS = ["model_group", "repeat_purchase_count", "days"]
LOOKUP_COLUMNS = (
    "log_alive",
    "log_dropped_after",
    "dropped_later_odds",
    "next_90_days",
    "next_365_days",
    "discounted",
    "no_purchase_next_90_days",
    "days_to_next",
)


def fit_clv_models(
    histories: pd.DataFrame,
    spend: pd.DataFrame,
    backtest: pd.DataFrame,
    *,
    minimum_repeat_customers: int,
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
    minimum_repeat_customers
        Below so many customers with a repeat nothing is fitted that scores.
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
        fits = fit_groups(module, histories, minimum_repeat_customers=minimum_repeat_customers)
        for group, result in fits.items():
            rows += _rows(group, result, is_chosen=name == chosen, reason=reason)
    of_spend = gamma_gamma.fit(spend, minimum_repeat_customers=minimum_repeat_customers)
    rows += _rows(WHOLE, of_spend, is_chosen=True, reason="the only model of spend")
    return pd.DataFrame(rows, columns=list(FIT_COLUMNS)).astype(FIT_COLUMNS)


def scores_lookup(
    fits: pd.DataFrame,
    points: pd.DataFrame,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
) -> pd.DataFrame:
    """Everything about the chosen model that SQL needs to score a customer, by repeats and days.

    What a model expects of a customer who is alive depends on the repeat purchases x and the age T alone, and
    the odds of having dropped out fall into parts that depend on x and t_x or on x and T:

        odds = exp(log_dropped_after(x, t_x) - log_alive(x, T)) - dropped_later_odds(x, T)
        probability alive = 1 / (1 + odds)

    So one table by repeats and days, joined once on the days from first to last purchase and once on the
    age, scores every history. It has at most a row per day and number of repeats.

    Parameters
    ----------
    fits
        As `fit_clv_models` returns them. Without a chosen, usable model the result is empty.
    points
        Distinct `model_group`, `repeat_purchase_count` (x) and `days` (t_x or T in days).
    value_horizon_days
        Days over which purchases are discounted into the customer's value.
    annual_discount_rate
        For example 0.10.

    Returns
    -------
    DataFrame
        The three columns of a point, `model`, the three terms above, and for customers who are alive at that
        age: expected purchases `next_90_days`, `next_365_days` and `discounted` (over the value horizon,
        discounted from the middle of each month); `no_purchase_next_90_days`, the probability of none; and
        `days_to_next`, the mean wait for the next purchase (null where it is not finite).
    """
    rows = points.loc[:, POINT_COLUMNS].reset_index(drop=True)
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
        terms = _terms(
            MODELS[name],
            params,
            of_group["repeat_purchase_count"].to_numpy(dtype="float64"),
            of_group["days"].to_numpy(dtype="float64") / 7,
            value_horizon_days=value_horizon_days,
            annual_discount_rate=annual_discount_rate,
        )
        parts.append(of_group.assign(model=name, **terms))
    if not parts:
        # text columns stay text: of no rows an engine cannot tell
        texts = {column: pd.Series(dtype="str") for column in ("model_group", "model")}
        empty = rows.iloc[:0].assign(**texts)
        return empty.assign(**{column: pd.Series(dtype="float64") for column in LOOKUP_COLUMNS})
    return pd.concat(parts).sort_index().reset_index(drop=True)


def _terms(
    module: ModuleType,
    params: Mapping[str, float],
    x: np.ndarray,
    t: np.ndarray,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
) -> dict[str, np.ndarray]:
    """`LOOKUP_COLUMNS` of points under one model, each of shape (points,)."""

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

    scale = next(params[name] for name in ("alpha", "r") if name in params)
    expected = _by_repeats_and_age(if_alive, x, t, scale=scale)
    log_alive, log_dropped_after, dropped_later_odds = module.dropout_terms(params, x, t)
    return {
        "log_alive": log_alive,
        # no chance to drop out: log 0 is null in the warehouse
        "log_dropped_after": np.where(np.isneginf(log_dropped_after), np.nan, log_dropped_after),
        "dropped_later_odds": dropped_later_odds,
        "next_90_days": expected[:, 0],
        "next_365_days": expected[:, 1],
        "discounted": expected[:, 2],
        "no_purchase_next_90_days": np.clip(module.no_purchase_if_alive(params, 90 / 7, x, t), 0, 1),
        # the purchase rate of all three models is gamma distributed: the mean wait is finite from shape 1 on
        "days_to_next": np.where(
            params["r"] + x > 1, 7 * (params["alpha"] + t) / np.maximum(params["r"] + x - 1, 1e-12), np.nan
        ),
    }


def _by_repeats_and_age(
    if_alive: Callable[[np.ndarray, np.ndarray], np.ndarray], x: np.ndarray, ages: np.ndarray, *, scale: float
) -> np.ndarray:
    """Positive values of a function of repeats and age, shape (points, values).

    Smooth in log(scale + age): where a number of repeats has many ages they are read off a spline. The
    function is called once, for all knots.
    """
    parts = []
    for repeats in np.unique(x):
        of_x = np.flatnonzero(x == repeats)
        distinct, position = np.unique(ages[of_x], return_inverse=True)
        knots = np.log(scale + distinct)
        if len(distinct) > SPLINE_KNOTS_COUNT:
            knots = np.linspace(knots[0], knots[-1], SPLINE_KNOTS_COUNT)
        parts.append((of_x, distinct, position, knots))
    at_ages = [np.clip(np.exp(knots) - scale, distinct[0], distinct[-1]) for _, distinct, _, knots in parts]
    at_repeats = [np.full(len(knots), x[of_x[0]]) for of_x, _, _, knots in parts]
    at_knots = if_alive(np.concatenate(at_repeats), np.concatenate(at_ages))
    ends = np.cumsum([len(knots) for _, _, _, knots in parts])
    result = np.empty((len(x), at_knots.shape[1]))
    for (of_x, distinct, position, knots), values in zip(parts, np.split(at_knots, ends[:-1]), strict=True):
        if len(distinct) > SPLINE_KNOTS_COUNT:
            spline = CubicSpline(knots, np.log(np.maximum(values, 1e-300)))
            values = np.exp(spline(np.log(scale + distinct)))
        result[of_x] = values[position]
    return result


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
