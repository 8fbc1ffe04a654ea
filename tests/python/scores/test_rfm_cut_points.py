"""Cut points and scores: equal values get equal scores, and the cut points say how many scores exist."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segmentation.rfm import CUT_POINT_COLUMNS, METRICS, fit_rfm_cut_points, score_by_cut_points

AS_OF = dt.date(2026, 6, 30)
CALIBRATION_END = pd.Timestamp("1997-09-30")


def percentiles_of(
    values: list[float] | np.ndarray,
    *,
    metric: str = "monetary_amount",
    as_of: object = AS_OF,
    group: str = "all",
) -> pd.DataFrame:
    values = np.asarray(values, dtype="float64")
    return pd.DataFrame(
        {
            "as_of_date": as_of,
            "rfm_group": group,
            "metric": metric,
            "percentile": range(101),
            "value": np.percentile(values, range(101)),
            "customers_count": len(values),
            "distinct_values_count": len(np.unique(values)),
        }
    )


def test_fit_rfm_cut_points_on_a_frame_checked_by_hand() -> None:
    cuts = fit_rfm_cut_points(percentiles_of([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
    assert tuple(cuts.columns) == CUT_POINT_COLUMNS
    assert cuts["cut_value"].tolist() == [2.0, 4.0, 6.0, 8.0]
    assert cuts["quantile"].tolist() == [1, 2, 3, 4]
    assert cuts["probability"].tolist() == [0.2, 0.4, 0.6, 0.8]
    assert set(cuts["bins_count"]) == {5}
    assert set(cuts["distinct_values_count"]) == {11}
    assert score_by_cut_points([0, 2, 2.5, 8, 10], cuts["cut_value"]).tolist() == [1, 1, 2, 4, 5]
    assert score_by_cut_points([0, 2, 2.5, 8, 10], cuts["cut_value"], reverse=True).tolist() == [
        5,
        5,
        4,
        2,
        1,
    ]


@pytest.mark.parametrize(
    ("by_order", "expected"),
    [(True, {1: 1398, 3: 439, 4: 216, 5: 304}), (False, {1: 1411, 3: 439, 4: 214, 5: 293})],
)
def test_frequency_scores_of_cdnow_are_the_published_counts(
    cdnow_purchases: pd.DataFrame, by_order: bool, expected: dict[int, int]
) -> None:
    orders = cdnow_purchases.loc[cdnow_purchases["date"] <= CALIBRATION_END]
    if not by_order:
        orders = orders.drop_duplicates(["customer", "date"])
    frequency = orders.groupby("customer").size().to_numpy()
    cuts = fit_rfm_cut_points(percentiles_of(frequency, metric="frequency_count"))
    scores, counts = np.unique(score_by_cut_points(frequency, cuts["cut_value"]), return_counts=True)
    assert dict(zip(scores.tolist(), counts.tolist(), strict=True)) == expected
    assert set(cuts["bins_count"]) == {4}


def test_the_rule_in_sql_gives_the_scores_of_the_reference(cdnow_purchases: pd.DataFrame) -> None:
    orders = cdnow_purchases.loc[cdnow_purchases["date"] <= CALIBRATION_END]
    customers = orders.groupby("customer", as_index=False).agg(value=("amount", "sum"), last=("date", "max"))
    customers["recency"] = (CALIBRATION_END - customers["last"]).dt.days
    connection = duckdb.connect()
    for column, metric, reverse in (("value", "monetary_amount", False), ("recency", "recency_days", True)):
        values = customers[column].to_numpy()
        percentiles = connection.sql(
            f"""
            with quantiles as (
                select quantile_cont({column}::double, {[p / 100 for p in range(101)]}) as found
                from customers
            )
            select date '1997-09-30' as as_of_date, 'all' as rfm_group, '{metric}' as metric, unnest(range(0, 101)) as percentile,
                unnest(found) as value, {len(values)} as customers_count,
                {len(np.unique(values))} as distinct_values_count
            from quantiles
            """
        ).df()
        cuts = fit_rfm_cut_points(percentiles)
        in_sql = connection.sql(
            f"""
            select c.customer, 1 + count(*) filter (where k.cut_value < c.{column}) as score
            from customers as c cross join cuts as k group by c.customer order by c.customer
            """
        ).df()["score"]
        expected = score_by_cut_points(values, cuts["cut_value"], reverse=reverse)
        assert ((6 - in_sql if reverse else in_sql).to_numpy() == expected).all()


def test_fit_rfm_cut_points_has_the_same_columns_and_types_for_zero_rows() -> None:
    some = percentiles_of([1, 2, 3], as_of=pd.Timestamp(AS_OF))
    full, empty = fit_rfm_cut_points(some), fit_rfm_cut_points(some.iloc[:0])
    assert len(empty) == 0
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


def test_fit_rfm_cut_points_orders_rows_whatever_the_order_of_the_input() -> None:
    frames = [
        percentiles_of([1, 5, 9], metric=metric, as_of=as_of)
        for as_of in (dt.date(2026, 5, 31), AS_OF)
        for metric in METRICS
    ]
    rows = pd.concat(frames)
    expected = fit_rfm_cut_points(rows)
    pd.testing.assert_frame_equal(fit_rfm_cut_points(rows.sample(frac=1, random_state=3)), expected)
    keys = expected[["as_of_date", "metric", "quantile"]]
    assert not keys.duplicated().any()
    assert keys["metric"].iloc[::4].tolist() == [*METRICS, *METRICS]


def test_every_group_has_cut_points_of_its_own() -> None:
    small, large = list(range(11)), list(range(0, 1100, 100))
    together = pd.concat(
        [percentiles_of(large, group="business"), percentiles_of(small, group="consumer")]
    ).sample(frac=1, random_state=5)
    cuts = fit_rfm_cut_points(together)
    by_group = {group: rows["cut_value"].tolist() for group, rows in cuts.groupby("rfm_group")}
    assert by_group == {"business": [200.0, 400.0, 600.0, 800.0], "consumer": [2.0, 4.0, 6.0, 8.0]}
    alone = fit_rfm_cut_points(percentiles_of(small, group="consumer"))
    pd.testing.assert_frame_equal(cuts.loc[cuts["rfm_group"] == "consumer"].reset_index(drop=True), alone)


def test_one_distinct_value_is_one_score() -> None:
    cuts = fit_rfm_cut_points(percentiles_of([7.0] * 20, metric="recency_days"))
    assert set(cuts["bins_count"]) == {1}
    assert set(score_by_cut_points([7.0], cuts["cut_value"])) == {1}
    assert set(score_by_cut_points([7.0], cuts["cut_value"], reverse=True)) == {5}


def test_a_cut_at_the_maximum_makes_no_score_of_its_own() -> None:
    values = [*range(70), *[100] * 30]
    cuts = fit_rfm_cut_points(percentiles_of(values))
    assert cuts["cut_value"].iloc[-1] == 100
    assert set(cuts["bins_count"]) == {4}
    assert np.unique(score_by_cut_points(values, cuts["cut_value"])).tolist() == [1, 2, 3, 4]


def test_the_order_of_cut_points_is_irrelevant() -> None:
    assert score_by_cut_points([1.5, 3.5], [4, 2, 1, 3]).tolist() == [2, 4]


def test_decimals_from_a_warehouse_are_taken() -> None:
    rows = percentiles_of([1, 2, 3, 4, 5, 6])
    rows["value"] = [Decimal(str(value)) for value in rows["value"]]
    assert fit_rfm_cut_points(rows)["cut_value"].tolist() == [2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize("bins", [2, 4, 5, 10, 20])
def test_any_number_of_bins_that_divides_100(bins: int) -> None:
    values = np.arange(1000)
    cuts = fit_rfm_cut_points(percentiles_of(values), bins=bins)
    assert len(cuts) == bins - 1
    assert set(cuts["bins_count"]) == {bins}
    counts = np.bincount(score_by_cut_points(values, cuts["cut_value"]))[1:]
    assert counts.tolist() == [1000 // bins] * bins


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda rows: rows.drop(columns="value"), "missing column: value"),
        (lambda rows: rows.assign(metric="frequency"), "metric: unknown"),
        (
            lambda rows: rows.assign(value=rows["value"].where(rows["percentile"] != 40)),
            "value: 1 rows are not finite",
        ),
        (lambda rows: rows.assign(value=np.inf), "value: 101 rows are not finite"),
        (
            lambda rows: rows.loc[rows["percentile"] != 60],
            "percentile: 1 metrics of an as_of_date and rfm_group lack",
        ),
        (
            lambda rows: rows.loc[rows["percentile"] != 100],
            "percentile: 1 metrics of an as_of_date and rfm_group lack",
        ),
        (lambda rows: pd.concat([rows, rows.iloc[:3]]), "percentile: 3 rows repeat"),
        (lambda rows: rows.assign(value=-rows["value"]), "value: falls"),
    ],
)
def test_fit_rfm_cut_points_refuses_what_it_cannot_use(change, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        fit_rfm_cut_points(change(percentiles_of([1, 2, 3, 4])))


@pytest.mark.parametrize("bins", [0, 1, 3, 7, 101])
def test_bins_must_divide_100(bins: int) -> None:
    with pytest.raises(ValueError, match="bins"):
        fit_rfm_cut_points(percentiles_of([1, 2]), bins=bins)


def test_score_by_cut_points_refuses_nan_that_would_be_a_champion() -> None:
    with pytest.raises(ValueError, match="values: 1 are not finite"):
        score_by_cut_points([1.0, np.nan], [1, 2, 3, 4])


VALUES = st.lists(
    st.one_of(st.integers(-5, 5).map(float), st.floats(-1e9, 1e9, allow_nan=False, width=32)),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_scores_keep_ties_together_rise_with_the_value_and_ignore_the_scale(values: list[float]) -> None:
    cuts = fit_rfm_cut_points(percentiles_of(values))
    scores = pd.Series(score_by_cut_points(values, cuts["cut_value"]))
    assert scores.between(1, 5).all()
    by_value = scores.groupby(np.asarray(values) + 0.0)
    assert (by_value.min() == by_value.max()).all()
    assert by_value.first().is_monotonic_increasing
    assert scores.nunique() <= cuts["bins_count"].iloc[0] <= min(5, len(set(values)))
    scaled = fit_rfm_cut_points(percentiles_of(np.asarray(values) / 1024))
    assert score_by_cut_points(np.asarray(values) / 1024, scaled["cut_value"]).tolist() == scores.tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=101, max_size=400))
def test_bins_count_is_the_number_of_scores_up_to_interpolated_cuts(values: list[int]) -> None:
    cuts = fit_rfm_cut_points(percentiles_of(values))
    occurring = len(np.unique(score_by_cut_points(values, cuts["cut_value"])))
    interpolated = int((cuts["cut_value"] % 1 > 0).sum())
    assert occurring <= cuts["bins_count"].iloc[0] <= occurring + interpolated


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-(10**10), 10**10), min_size=1, max_size=12), st.integers(1, 9))
def test_percentiles_of_ten_thousandths_are_exact_where_values_tie(values: list[int], copies: int) -> None:
    """The expression of the macro value_percentiles: an engine's own percentile of ties may lie beside them."""
    rows = duckdb.sql(
        f"""
        select unnest(range(101)) as percentile, round(unnest(found) * 100) / 1000000 as value
        from (
            select quantile_cont(value, list_transform(range(101), lambda p: p / 100)) as found
            from (select unnest({values * copies}::bigint[]) as value)
        )
        """
    ).fetchall()
    ordered = sorted(values * copies)
    for percentile, value in rows:
        position = percentile * (len(ordered) - 1)
        below = ordered[position // 100]
        above = ordered[min(position // 100 + 1, len(ordered) - 1)]
        assert value == (below * 100 + (above - below) * (position % 100)) / 1_000_000
