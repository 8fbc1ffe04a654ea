"""The two small tables that SQL needs to score contracts: retention by group, and the value of a contract.

A group is a plan with a billing interval. Retention of a group comes from the first of these that the
data bear: a shifted beta-geometric of its own; one of its billing interval, all plans together; a
constant rate of its billing interval; a constant rate of all contracts, converted to the interval. Where
not even that is known, the present amount is expected for one year more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from customer_segmentation.clv import shifted_beta_geometric
from customer_segmentation.clv.fitting import FitResult
from customer_segmentation.clv.purchase_histories import numbers_of, refuse

ALL_PLANS, ALL_INTERVALS = "all_plans", "all_intervals"
GROUP_COLUMNS = ["plan_group", "billing_interval"]
COUNT_COLUMNS = ["interval_months", "renewal_period", "at_risk_count", "renewed_count"]
DAYS_PER_MONTH = 365.25 / 12
DAYS_PER_YEAR = 365.25

FIT_COLUMNS = {
    "plan_group": "str",
    "billing_interval": "str",
    "interval_months": "float64",
    "fit_level": "str",
    "model": "str",
    "status": "str",
    "alpha": "float64",
    "beta": "float64",
    "alpha_standard_error": "float64",
    "beta_standard_error": "float64",
    "log_likelihood": "float64",
    "constant_retention_ratio": "float64",
    "at_risk_count": "int64",
    "churned_count": "int64",
}
AGE_COLUMNS = ["interval_months", "next_renewal_period", "days_to_renewal"]
VALUE_COLUMNS = {
    "plan_group": "str",
    "billing_interval": "str",
    "next_renewal_period": "int64",
    "days_to_renewal": "int64",
    "retention_ratio": "float64",
    "discounted_periods": "float64",
    "discounted_periods_to_infinity": "float64",
    "discounted_months": "float64",
    "discounted_months_to_infinity": "float64",
}


def fit_contract_models(
    retention: pd.DataFrame, *, minimum_ended_count: int, minimum_due_count: int
) -> pd.DataFrame:
    """Retention of every group, from the finest level that has enough ended contracts.

    Parameters
    ----------
    retention
        `plan_group`, `billing_interval`, `interval_months`, and per `renewal_period` (1 for the first
        renewal) the contracts it was due for, `at_risk_count`, and those of them that made it,
        `renewed_count`.
    minimum_ended_count
        Contracts that must have ended at a renewal before a level is fitted by a shifted beta-geometric.
    minimum_due_count
        Renewals that must have been due before a constant rate is taken from a level.

    Returns
    -------
    DataFrame
        One row per group, one per interval with `plan_group` all_plans, and one for all_plans and
        all_intervals: `fit_level` (plan, interval, all: whose retention it is; none), `model` (sbg,
        constant_churn or present_amount), `status` (`ok`: the group's own fit; no_churn_signal,
        too_few_ended, too_few_renewals, not_converged: why a pooled level stands in; too_little_history:
        nothing to go by), the parameters, errors and log-likelihood of the level, the retention per
        renewal of constant_churn, and the group's own renewals due and not made.

    Raises
    ------
    ValueError
        Names the column that is missing or the number of bad rows in it.
    """
    cells = _cells(retention)
    pools = {
        interval: _own_fit(rows, minimum_ended_count) for interval, rows in cells.groupby("billing_interval")
    }
    churn_per_month = _constant_churn_per_month(cells)
    rows = []
    for (plan, interval), group in _groups(cells):
        months = float(group["interval_months"].max()) if interval != ALL_INTERVALS else 1.0
        own = _own_fit(group, minimum_ended_count)
        of_interval = cells.loc[cells["billing_interval"] == interval]
        level, model, used, constant = "none", "present_amount", None, np.nan
        if interval != ALL_INTERVALS and own.status == "ok":
            level, model, used = ("interval" if plan == ALL_PLANS else "plan"), "sbg", own
        elif interval != ALL_INTERVALS and pools[interval].status == "ok":
            level, model, used = "interval", "sbg", pools[interval]
        elif interval != ALL_INTERVALS and of_interval["at_risk_count"].sum() >= minimum_due_count:
            level, model, constant = "interval", "constant_churn", _constant_retention(of_interval)
        elif cells["at_risk_count"].sum() >= minimum_due_count:
            level, model, constant = "all", "constant_churn", float(np.exp(-churn_per_month * months))
        rows.append(
            (
                plan,
                interval,
                months,
                level,
                model,
                _status(own, group, minimum_ended_count, interval)
                if level != "none"
                else "too_little_history",
                *(_numbers(used) if used else [np.nan] * 5),
                constant,
                int(group["at_risk_count"].sum()),
                int(group["churned_count"].sum()),
            )
        )
    return pd.DataFrame(rows, columns=list(FIT_COLUMNS)).astype(FIT_COLUMNS)


def contract_values(
    fits: pd.DataFrame, ages: pd.DataFrame, *, horizon_days: int, annual_discount_rate: float
) -> pd.DataFrame:
    """What one unit of monthly amount is expected to bring, for each distinct age of a running contract.

    The rest of the running period is certain; each period after it is paid if all renewals up to it are
    made. Revenue flows evenly over a period and is discounted from the day it flows. The amount grows by
    the group's rate up to the horizon and stays as it is then.

    Parameters
    ----------
    fits
        As `fit_contract_models` returns them, one row per group.
    ages
        Distinct `plan_group`, `billing_interval`, `interval_months`, `next_renewal_period` (1: the first
        renewal is still to come), `days_to_renewal` and `growth_ratio` (a year, above -1).
    horizon_days, annual_discount_rate
        How far the value looks ahead, and for example 0.10.

    Returns
    -------
    DataFrame
        Per age: `retention_ratio` (probability of the next renewal), `discounted_periods` and
        `discounted_periods_to_infinity` (billing periods expected after the running one, discounted to
        the next renewal, over the horizon from there on and without end), `discounted_months` and
        `discounted_months_to_infinity` (months of the present amount, discounted to the as-of date,
        growth included). Without a discount there is no finite value to infinity: NaN. Where nothing is
        known of retention: 12 months over the horizon, all else NaN.

    Raises
    ------
    ValueError
        Names the column and the number of bad rows, or a rate or horizon that cannot be.
    """
    if not (np.isfinite(annual_discount_rate) and annual_discount_rate >= 0):
        raise ValueError(f"annual_discount_rate: must not be negative, got {annual_discount_rate}")
    if not (np.isfinite(horizon_days) and horizon_days > 0):
        raise ValueError(f"horizon_days: must be above 0, got {horizon_days}")
    numbers = numbers_of(ages, AGE_COLUMNS)
    refuse("next_renewal_period", numbers["next_renewal_period"] < 1, "are below 1")
    growth = ages["growth_ratio"].astype("float64").to_numpy()
    refuse("growth_ratio", ~(np.isfinite(growth) & (growth > -1)), "are not above -1")
    keyed = pd.concat([ages[GROUP_COLUMNS].reset_index(drop=True), numbers], axis=1).assign(growth=growth)
    used = keyed.merge(fits, on=GROUP_COLUMNS, how="left", suffixes=("", "_fitted"), validate="many_to_one")
    refuse("plan_group", used["model"].isna(), "have no fit")

    values = np.full((len(used), 5), np.nan)
    for _, rows in used.groupby([*GROUP_COLUMNS, "next_renewal_period", "growth"], sort=False):
        first = rows.iloc[0]
        if first["model"] == "present_amount":
            values[rows.index, 3] = 12.0
            continue
        values[rows.index] = _values_of_age(
            first,
            rows["days_to_renewal"].to_numpy(),
            float(horizon_days),
            float(np.log1p(annual_discount_rate)),
        )
    columns = [name for name in VALUE_COLUMNS if name not in (*GROUP_COLUMNS, *AGE_COLUMNS)]
    frame = used.assign(**dict(zip(columns, values.T, strict=True)))
    return frame.loc[:, list(VALUE_COLUMNS)].astype(VALUE_COLUMNS)


def _values_of_age(
    age: pd.Series, days_to_renewal: np.ndarray, horizon: float, discount: float
) -> np.ndarray:
    """The five values, for contracts of one group and renewal age with different days to the next renewal."""
    period_days = float(age["interval_months"]) * DAYS_PER_MONTH
    by_day, growth_by_day = discount / DAYS_PER_YEAR, float(np.log1p(age["growth"])) / DAYS_PER_YEAR
    periods = np.arange(int(np.ceil(horizon / period_days)))
    chances = _chances(age, periods)  # that the period j after the next renewal is paid
    starts = days_to_renewal[:, None] + periods * period_days
    running = _flow(0.0, np.minimum(days_to_renewal, horizon), by_day)
    plain = running + _flow(starts, np.clip(starts + period_days, None, horizon), by_day) @ chances
    grown = (
        _flow(0.0, np.minimum(days_to_renewal, horizon), by_day - growth_by_day)
        + _flow(starts, np.clip(starts + period_days, None, horizon), by_day - growth_by_day) @ chances
    )
    from_renewal = periods * period_days
    share = np.clip((horizon - from_renewal) / period_days, 0.0, 1.0)
    over_horizon = float(chances @ (np.exp(-by_day * from_renewal) * share))
    without_end, endless = np.nan, np.full(len(days_to_renewal), np.nan)
    if discount > 0:
        without_end = _periods_without_end(age, float(np.expm1(by_day * period_days)))
        paid = _flow(0.0, days_to_renewal, by_day) + np.exp(-by_day * days_to_renewal) * without_end * _flow(
            0.0, np.full(1, period_days), by_day
        )
        endless = grown + np.exp(growth_by_day * horizon) * np.maximum(paid - plain, 0.0)
    size = len(days_to_renewal)
    return np.column_stack(
        [
            np.full(size, chances[0]),
            np.full(size, over_horizon),
            np.full(size, without_end),
            grown / DAYS_PER_MONTH,
            endless / DAYS_PER_MONTH,
        ]
    )


def _flow(start: np.ndarray | float, end: np.ndarray, rate: float) -> np.ndarray:
    """Integral of exp(-rate x day) from start to end; 0 where the end lies before the start."""
    length = np.maximum(end - start, 0.0)
    if abs(rate) < 1e-12:
        return length
    return np.exp(-rate * np.asarray(start)) * -np.expm1(-rate * length) / rate


def _chances(age: pd.Series, periods: np.ndarray) -> np.ndarray:
    """Probability that a contract whose renewal n is due next makes the renewals n to n + j, j = 0, 1, ..."""
    if age["model"] == "constant_churn":
        return float(age["constant_retention_ratio"]) ** (periods + 1.0)
    params = {"alpha": age["alpha"], "beta": age["beta"]}
    made = float(age["next_renewal_period"]) - 1
    survivors = shifted_beta_geometric.survival(params, made + np.concatenate([[0.0], periods + 1.0]))
    return survivors[1:] / survivors[0]


def _periods_without_end(age: pd.Series, discount_rate: float) -> float:
    if age["model"] == "constant_churn":
        retention = float(age["constant_retention_ratio"])
        return retention / (1 - retention / (1 + discount_rate))
    params = {"alpha": age["alpha"], "beta": age["beta"]}
    return float(
        shifted_beta_geometric.discounted_expected_residual_lifetime(
            params, np.array([age["next_renewal_period"]]), discount_rate=discount_rate
        )[0]
    )


def _cells(retention: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in GROUP_COLUMNS if column not in retention.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
    numbers = numbers_of(retention, COUNT_COLUMNS)
    refuse("interval_months", numbers["interval_months"] <= 0, "are not above 0")
    refuse("renewed_count", numbers["renewed_count"] > numbers["at_risk_count"], "are above at_risk_count")
    cells = pd.concat([retention[GROUP_COLUMNS].reset_index(drop=True).astype("str"), numbers], axis=1)
    return cells.assign(churned_count=cells["at_risk_count"] - cells["renewed_count"])


def _groups(cells: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    yield from cells.groupby(GROUP_COLUMNS, sort=True)
    for interval, rows in cells.groupby("billing_interval", sort=True):
        yield (ALL_PLANS, str(interval)), rows
    yield (ALL_PLANS, ALL_INTERVALS), cells


def _own_fit(rows: pd.DataFrame, minimum_ended_count: int) -> FitResult:
    return shifted_beta_geometric.fit(rows, minimum_churned_customers=minimum_ended_count)


def _status(own: FitResult, group: pd.DataFrame, minimum_ended_count: int, interval: str) -> str:
    """Why the group's own fit is not used, or ok. All intervals together have none: only a constant rate."""
    ended = group["churned_count"].sum()
    if ended == 0:
        return "no_churn_signal"
    if ended < minimum_ended_count:
        return "too_few_ended"
    if interval == ALL_INTERVALS:
        return "ok"
    return {"too_few_repeaters": "too_few_renewals"}.get(own.status, own.status)


def _numbers(used: FitResult) -> list[float]:
    names = shifted_beta_geometric.PARAMETERS
    values = [used.parameters[name] for name in names]
    errors = [used.standard_errors[name] for name in names]
    return [*values, *errors, used.log_likelihood]


def _constant_retention(rows: pd.DataFrame) -> float:
    """Share of due renewals that were made; half a contract more ended, so that nobody is kept for ever."""
    return float((rows["renewed_count"].sum() + 0.5) / (rows["at_risk_count"].sum() + 1.0))


def _constant_churn_per_month(cells: pd.DataFrame) -> float:
    """Rate of ending per month that explains renewals of every interval best, with the same half contract."""
    if not cells["at_risk_count"].sum():
        return np.nan
    months = cells["interval_months"].to_numpy()
    weight = cells["at_risk_count"].to_numpy()
    renewed = np.append(cells["renewed_count"].to_numpy(), 0.5)
    ended = np.append(cells["churned_count"].to_numpy(), 0.5)
    months = np.append(months, np.average(months, weights=weight))

    def slope(log_rate: float) -> float:
        passed = np.exp(log_rate) * months
        return float(ended @ (months * np.exp(-passed) / -np.expm1(-passed)) - renewed @ months)

    return float(np.exp(brentq(slope, -40.0, 3.0)))
