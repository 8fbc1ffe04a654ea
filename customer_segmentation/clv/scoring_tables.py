"""The two small tables that SQL needs to score every customer: fitted parameters and the purchases lookup."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from customer_segmentation.clv import bg_nbd, gamma_gamma
from customer_segmentation.clv.discounting import discounted_purchases_if_alive
from customer_segmentation.clv.fitting import FitResult

USABLE_STATUSES = ("ok", "no_churn_signal")
SPLINE_KNOTS_COUNT = 64


def fit_clv_models(histories: pd.DataFrame, spend: pd.DataFrame) -> pd.DataFrame:
    """Fit BG/NBD on counted histories and Gamma-Gamma on counted spend.

    Parameters
    ----------
    histories
        `repeat_purchase_count`, `recency_weeks`, `age_weeks`, `customers_count`; see `bg_nbd.fit`.
    spend
        `repeat_purchase_count`, `mean_repeat_spend_amount`, `customers_count`; see `gamma_gamma.fit`.

    Returns
    -------
    DataFrame
        One row per model and parameter: `model`, `parameter`, `value`, `standard_error` (null: not known),
        and the fit's `status`, `log_likelihood`, `customers_count`, `repeat_customers_count` in each.
    """
    results = [bg_nbd.fit(histories), gamma_gamma.fit(spend)]
    return pd.DataFrame(
        [row for result in results for row in _rows(result)],
        columns=[
            "model",
            "parameter",
            "value",
            "standard_error",
            "status",
            "log_likelihood",
            "customers_count",
            "repeat_customers_count",
        ],
    ).astype({"value": "float64", "standard_error": "float64", "log_likelihood": "float64"})


def purchases_lookup(
    fits: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
) -> pd.DataFrame:
    """Purchases expected of a customer who is alive, for each distinct history length.

    Parameters
    ----------
    fits
        As `fit_clv_models` returns them. Where BG/NBD is not usable the lookup is empty.
    pairs
        Distinct `repeat_purchase_count` (x) and `age_days` (T in days).
    value_horizon_days
        Days over which purchases are discounted into the customer's value.
    annual_discount_rate
        For example 0.10.

    Returns
    -------
    DataFrame
        `repeat_purchase_count`, `age_days`, and purchases if alive: `next_90_days`, `next_365_days` (counts)
        and `discounted` (count over the value horizon, discounted from the middle of each month); and
        `no_purchase_next_90_days`, the probability that somebody who is alive does not buy in that time.
    """
    bg_rows = fits.loc[fits["model"] == bg_nbd.MODEL]
    is_usable = bool(len(bg_rows)) and bg_rows["status"].iloc[0] in USABLE_STATUSES
    rows = pairs.loc[:, ["repeat_purchase_count", "age_days"]].astype("int64")
    if not is_usable:
        rows = rows.iloc[:0]
    params = dict(zip(bg_rows["parameter"], bg_rows["value"], strict=True))
    x = rows["repeat_purchase_count"].to_numpy(dtype="float64")
    age_weeks = rows["age_days"].to_numpy(dtype="float64") / 7

    def expected(x: np.ndarray, age_weeks: np.ndarray) -> np.ndarray:
        purchases = [bg_nbd.expected_purchases_if_alive(params, days / 7, x, age_weeks) for days in (90, 365)]
        discounted = discounted_purchases_if_alive(
            bg_nbd.expected_purchases_if_alive,
            params,
            value_horizon_days / 7,
            x,
            age_weeks,
            annual_discount_rate=annual_discount_rate,
        )
        no_purchase = ((params["alpha"] + age_weeks) / (params["alpha"] + age_weeks + 90 / 7)) ** (
            params["r"] + x
        )
        return np.column_stack([*purchases, discounted, no_purchase])

    values = np.empty((len(rows), 4))
    for repeats in np.unique(x):
        of_x = x == repeats
        values[of_x] = _over_ages(
            lambda ages, repeats=repeats: expected(np.full(len(ages), repeats), ages),
            age_weeks[of_x],
            scale=params["alpha"],
        )
    columns = ("next_90_days", "next_365_days", "discounted", "no_purchase_next_90_days")
    return rows.assign(**dict(zip(columns, values.T, strict=True))).reset_index(drop=True)


def _over_ages(
    expected: Callable[[np.ndarray], np.ndarray], age_weeks: np.ndarray, *, scale: float
) -> np.ndarray:
    """Values at each age; they are smooth in log(scale + age), so many ages are read off a spline."""
    if len(age_weeks) <= SPLINE_KNOTS_COUNT:
        return expected(age_weeks)
    position = np.log(scale + age_weeks)
    knots = np.linspace(position.min(), position.max(), SPLINE_KNOTS_COUNT)
    ages = np.clip(np.exp(knots) - scale, age_weeks.min(), age_weeks.max())
    return np.exp(CubicSpline(knots, np.log(expected(ages)))(position))


def _rows(result: FitResult) -> list[tuple[str, str, float, float, str, float, int, int]]:
    return [
        (
            result.model,
            name,
            value,
            result.standard_errors[name],
            result.status,
            result.log_likelihood,
            result.customers_count,
            result.repeat_customers_count,
        )
        for name, value in result.parameters.items()
    ]
