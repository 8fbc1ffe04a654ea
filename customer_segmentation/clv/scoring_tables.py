"""The two small tables that SQL needs to score every customer: fitted parameters, and terms of the scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from customer_segmentation.clv import gamma_gamma, pareto_nbd
from customer_segmentation.clv.backtest import MODELS
from customer_segmentation.clv.calibrating import WITHIN
from customer_segmentation.clv.discounting import discounted_purchases_if_alive
from customer_segmentation.clv.fitting import USABLE_STATUSES, FitResult
from customer_segmentation.clv.naive import (
    BY_RECENCY,
    BY_SEASON,
    FALLBACK,
    NAIVE,
    RecencyClasses,
    class_scores,
)
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
    "is_candidate": "bool",
    "is_chosen": "bool",
    "choice_reason": "str",
    "purchases_factor": "float64",
    "spend_factor": "float64",
    "total_status": "str",
}
NOT_JUDGED = "not_judged"
NO_PARAMETER = "none"
BY_CLASS = "recency_class"
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
    population_status: str = "sufficient",
    models: Sequence[str] = tuple(MODELS),
) -> pd.DataFrame:
    """Fit the models without a contract per group of customers, and Gamma-Gamma for spend; say what scores.

    Parameters
    ----------
    histories
        `model_group`, `repeat_purchase_count`, `recency_weeks`, `age_weeks`, `customers_count`.
    spend
        `repeat_purchase_count`, `mean_repeat_spend_amount`, `customers_count`; see `gamma_gamma.fit`.
    backtest
        As `backtest.backtest` returns it: the candidates in the order of their held-out error, with factors.
    minimum_repeat_customers
        Below so many customers with a repeat nothing is fitted that scores.
    population_status
        Where it is not `sufficient` no model scores, the best of the naive forecasts does.
    models
        Names of the models without a contract to fit, by default all of them.

    Returns
    -------
    DataFrame
        One row per group, model and parameter with the fit's status, log-likelihood and counts, and one per
        group and naive forecast (`parameter` = `none`). `is_candidate`: could score now; `is_chosen` marks
        the best of these, else the fallback, which scores. `choice_reason` says why, in words. The factors
        are those by which totals are calibrated; `total_status` says whether they may be published, or
        `not_judged`.
    """
    places = backtest.loc[backtest["part"] == "choice"]
    ranking = places.assign(place=places["decile"].fillna(1) if "decile" in places else 1)
    ranking = ranking.sort_values("place", kind="stable")
    fitted: dict[str, dict[str, FitResult]] = {}

    def can_score(name: str, *, fit: bool = False) -> bool:
        """Whether the candidate can score now; of a model that is not fitted yet only `fit` finds out."""
        if name in NAIVE:
            return True
        if fit and name in models and name not in fitted:
            fitted[name] = fit_groups(
                MODELS[name], histories, minimum_repeat_customers=minimum_repeat_customers
            )
        is_usable = all(result.status in USABLE_STATUSES for result in fitted.get(name, {}).values())
        return population_status == "sufficient" and is_usable

    is_small = histories["customers_count"].sum() <= PARETO_CUSTOMERS_COUNT
    for name in models:
        can_score(name, fit=is_small or MODELS[name] is not pareto_nbd)
    # from the best downwards until one can score
    any(can_score(name, fit=population_status == "sufficient") for name in ranking["model"])
    possible = ranking.loc[[can_score(name) for name in ranking["model"]]]
    chosen, reason = _choice(possible, population_status)
    judged = set(ranking["model"])
    factors = {name: _factors(backtest, name, is_judged=name in judged) for name in (*MODELS, *NAIVE)}
    rows: list[tuple] = []
    for name, fits in fitted.items():
        for group, result in fits.items():
            rows += _rows(group, result, can_score(name), name == chosen, reason, factors[name])
    for group, of_group in histories.groupby(histories["model_group"].astype("str"), sort=True):
        count = of_group["customers_count"]
        counts = (int(count.sum()), int(count[of_group["repeat_purchase_count"] > 0].sum()))
        for name in NAIVE:
            row = (group, name, NO_PARAMETER, np.nan, np.nan, "ok", np.nan, *counts)
            is_candidate = name != BY_SEASON or name in judged
            rows.append((*row, is_candidate, name == chosen, reason, *factors[name]))
    of_spend = gamma_gamma.fit(spend, minimum_repeat_customers=minimum_repeat_customers)
    is_used = of_spend.status in USABLE_STATUSES
    why = "the only model of spend" if is_used else "not usable: the own mean spend is expected"
    rows += _rows(WHOLE, of_spend, is_used, is_used, why, (np.nan, np.nan, NOT_JUDGED))
    return pd.DataFrame(rows, columns=list(FIT_COLUMNS)).astype(FIT_COLUMNS)


def _choice(possible: pd.DataFrame, population_status: str) -> tuple[str, str]:
    """The first of the candidates that can score now, and why, in words."""
    gate = "" if population_status == "sufficient" else f"no model is used ({population_status}); "
    if possible.empty:
        return FALLBACK, f"{gate}not judged: no earlier date with customers and time after it"
    best = possible.iloc[0]
    if "value" not in possible:
        return str(best["model"]), str(best["status"])
    reason = f"{gate}least root mean squared error of {len(possible)} candidates, {best['status']}: "
    reason += f"{best['value']:.4f}"
    if len(possible) > 1:
        reason += f", then {possible['model'].iloc[1]} {possible['value'].iloc[1]:.4f}"
    return str(best["model"]), reason


def _factors(backtest: pd.DataFrame, model: str, *, is_judged: bool) -> tuple[float, float, str]:
    """Factors of purchases and of spend, and the status of the totals."""
    rows = backtest.loc[(backtest["part"] == "factor") & (backtest["model"] == model)]
    if rows.empty:
        return 1.0, 1.0, WITHIN if is_judged else NOT_JUDGED
    values = dict(zip(rows["measure"], rows["value"], strict=True))
    return values["purchases"], values["spend"], str(rows["status"].iloc[0])


def scores_lookup(
    fits: pd.DataFrame,
    points: pd.DataFrame,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
    classes: pd.DataFrame | None = None,
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
        As `fit_clv_models` returns them. Without a chosen, usable model there are only rows of classes.
    points
        Distinct `model_group`, `repeat_purchase_count` (x) and `days` (t_x or T in days).
    value_horizon_days
        Days over which purchases are discounted into the customer's value.
    annual_discount_rate
        For example 0.10.
    classes
        As `recency_class_lookup` returns them: appended as they are.

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
    if parts:
        found = pd.concat(parts).sort_index().reset_index(drop=True)
    else:
        # text columns stay text: of no rows an engine cannot tell
        texts = {column: pd.Series(dtype="str") for column in ("model_group", "model")}
        found = rows.iloc[:0].assign(**texts)
        found = found.assign(**{column: pd.Series(dtype="float64") for column in LOOKUP_COLUMNS})
    if classes is None:
        return found
    classes = classes.reindex(columns=found.columns)
    return classes if found.empty else pd.concat([found, classes], ignore_index=True)


def recency_class_lookup(
    fits: pd.DataFrame,
    sample: pd.DataFrame,
    histories: pd.DataFrame,
    classes: RecencyClasses,
    *,
    value_horizon_days: int,
    annual_discount_rate: float,
) -> pd.DataFrame:
    """Rows of the scores lookup by class of recency, of the group `recency_class`; see `naive.class_scores`.

    They are those of the rate of everybody or by season where that scores, else those of the rate by recency,
    whose share without a purchase stands in where no model does.
    """
    rows = class_scores(
        sample,
        histories,
        classes,
        value_horizon_days=value_horizon_days,
        annual_discount_rate=annual_discount_rate,
    )
    chosen = set(fits.loc[fits["is_chosen"], "model"])
    name = next((one for one in (FALLBACK, BY_SEASON) if one in chosen), BY_RECENCY)
    of_model = rows.loc[rows["model"] == name].assign(model_group=BY_CLASS)
    terms = {column: np.nan for column in LOOKUP_COLUMNS if column not in of_model}
    return of_model.assign(**terms).loc[:, [*POINT_COLUMNS, "model", *LOOKUP_COLUMNS]].reset_index(drop=True)


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


def _rows(group: str, result: FitResult, *choice: bool | str | tuple[float, float, str]) -> list[tuple]:
    """One row per parameter; `choice`: is_candidate, is_chosen, choice_reason and the factors."""
    *flags, factors = choice
    fit = (result.status, result.log_likelihood, result.customers_count, result.repeat_customers_count)
    return [
        (group, result.model, name, value, result.standard_errors[name], *fit, *flags, *factors)
        for name, value in result.parameters.items()
    ]
