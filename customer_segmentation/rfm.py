"""RFM scores: published cut points from bounded percentiles, and the rule that turns a value into a score.

The rule: score = 1 + number of cut points strictly below the value. Equal values always get equal scores,
so a metric with few distinct values has fewer scores than bins, and the cut points say how many.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

METRICS = ("recency_days", "frequency_count", "monetary_amount")
PERCENTILE_COLUMNS = (
    "as_of_date",
    "rfm_group",
    "metric",
    "percentile",
    "value",
    "customers_count",
    "distinct_values_count",
)
CUT_POINT_COLUMNS = (
    "as_of_date",
    "rfm_group",
    "metric",
    "quantile",
    "probability",
    "cut_value",
    "distinct_values_count",
    "bins_count",
)


def fit_rfm_cut_points(percentiles: pd.DataFrame, *, bins: int = 5) -> pd.DataFrame:
    """Cut points of each metric in each group at each as-of date.

    Parameters
    ----------
    percentiles
        One row per as-of date, group, metric and percentile: `as_of_date`, `rfm_group` (customers who are
        scored among each other), `metric` (one of `METRICS`), `percentile` (whole number 0 to 100), `value`
        (exact percentile of the customers' values with linear interpolation, in the metric's unit),
        `customers_count` and `distinct_values_count` (of the metric in that group at that date). At least the
        percentiles of the cuts and the 100th must be there.
    bins
        Number of scores wanted; must divide 100.

    Returns
    -------
    DataFrame
        One row per as-of date, group, metric and quantile 1 to bins - 1, in that order (metrics in the order
        of `METRICS`). `cut_value` is in the metric's unit. `bins_count` says how many different scores exist:
        1 + the distinct cut values below the maximum, and never more than there are distinct values.

    Raises
    ------
    ValueError
        For a missing column, an unknown metric, repeated or missing percentiles, values that are not finite
        or fall while the percentile rises, or bins that do not divide 100.
    """
    if bins < 2 or 100 % bins:
        raise ValueError(f"bins must be at least 2 and divide 100, got {bins}")
    _require_columns(percentiles, PERCENTILE_COLUMNS)
    rows = percentiles.loc[:, list(PERCENTILE_COLUMNS)].copy()
    for column in ("rfm_group", "metric"):
        rows[column] = rows[column].astype("str")
    unknown = sorted(set(rows["metric"]) - set(METRICS))
    if unknown:
        raise ValueError(f"metric: unknown {unknown}, expected one of {list(METRICS)}")
    rows["percentile"] = rows["percentile"].astype("int64")
    rows["value"] = rows["value"].astype("float64")
    bad_count = int((~np.isfinite(rows["value"])).sum())
    if bad_count:
        raise ValueError(f"value: {bad_count} rows are not finite")
    rows["metric_order"] = rows["metric"].map(METRICS.index).astype("int64")
    rows = rows.sort_values(["as_of_date", "rfm_group", "metric_order", "percentile"], kind="stable")
    keys = ["as_of_date", "rfm_group", "metric_order", "metric"]
    repeated_count = int(rows.duplicated([*keys, "percentile"]).sum())
    if repeated_count:
        raise ValueError(
            f"percentile: {repeated_count} rows repeat an as_of_date, rfm_group, metric and percentile"
        )

    step = 100 // bins
    cut_percentiles = list(range(step, 100, step))
    wide = rows.pivot_table(index=keys, columns="percentile", values="value", aggfunc="first").reindex(
        columns=[*cut_percentiles, 100]
    )
    incomplete = wide.index[wide.isna().any(axis=1)]
    if len(incomplete):
        raise ValueError(
            f"percentile: {len(incomplete)} metrics of an as_of_date and rfm_group lack one of "
            f"{[*cut_percentiles, 100]}"
        )
    values = wide.to_numpy(dtype="float64").reshape(-1, bins)
    falling_count = int((np.diff(values, axis=1) < 0).any(axis=1).sum())
    if falling_count:
        raise ValueError(f"value: falls while the percentile rises for {falling_count} metrics")

    distinct_values = (
        rows.groupby(keys, sort=True)["distinct_values_count"].max().astype("int64").reindex(wide.index)
    )
    cuts = values[:, :-1]
    is_new = np.diff(cuts, axis=1, prepend=-np.inf) > 0
    bins_count = np.minimum(
        1 + (is_new & (cuts < values[:, -1:])).sum(axis=1), distinct_values.to_numpy(dtype="int64")
    )
    labels = wide.index.to_frame(index=False)
    repeats = bins - 1
    quantiles = np.tile(np.arange(1, bins), len(labels))
    return pd.DataFrame(
        {
            "as_of_date": labels["as_of_date"]
            .astype(percentiles["as_of_date"].dtype)
            .repeat(repeats)
            .reset_index(drop=True),
            "rfm_group": labels["rfm_group"].astype("str").repeat(repeats).reset_index(drop=True),
            "metric": labels["metric"].astype("str").repeat(repeats).reset_index(drop=True),
            "quantile": quantiles.astype("int64"),
            "probability": quantiles.astype("float64") / bins,
            "cut_value": cuts.ravel(),
            "distinct_values_count": distinct_values.to_numpy(dtype="int64").repeat(repeats),
            "bins_count": bins_count.astype("int64").repeat(repeats),
        }
    )


def score_by_cut_points(values: ArrayLike, cut_values: ArrayLike, *, reverse: bool = False) -> np.ndarray:
    """Scores of values by one metric's cut points: the reference for the rule written in SQL.

    The score is 1 + the number of cut points strictly below the value; `reverse` (recency, where less is
    better) gives number of bins + 1 - that. Repeated cut points count as often as they are repeated.

    Parameters
    ----------
    values
        Finite numbers, shape (n,).
    cut_values
        The bins - 1 cut points of one metric at one as-of date, in any order.

    Returns
    -------
    ndarray of int64, shape (n,), each between 1 and number of cut points + 1.

    Raises
    ------
    ValueError
        If a value or a cut point is not finite: a NaN would otherwise score highest.
    """
    values = np.asarray(values, dtype="float64")
    cuts = np.sort(np.asarray(cut_values, dtype="float64"))
    for name, numbers in (("values", values), ("cut_values", cuts)):
        bad_count = int((~np.isfinite(numbers)).sum())
        if bad_count:
            raise ValueError(f"{name}: {bad_count} are not finite")
    scores = 1 + np.searchsorted(cuts, values, side="left").astype("int64")
    return len(cuts) + 2 - scores if reverse else scores


def _require_columns(frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
