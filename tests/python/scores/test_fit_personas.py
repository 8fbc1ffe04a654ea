"""Cluster numbers over dates and groups: handed on while a cluster stays where it is, new when it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.clusters import ClusterRules
from customer_segmentation.personas import PERSONA_COLUMNS, fit_personas

LARGEST_CLUSTER_ID = 20

FEATURES = ["orders_count", "discount_ratio"]
CENTERS = {"a": (2.0, 0.1), "b": (50.0, 0.1), "c": (2.0, 0.9), "d": (50.0, 0.9)}


def customers(
    as_of_date: str, sizes: dict[str, int], *, group: str = "all", shift: float = 1.0, seed: int = 0
) -> pd.DataFrame:
    """Customers around the named centers at a date; all orders grow by the factor `shift`."""
    random = np.random.default_rng(seed)
    kinds = np.repeat(list(sizes), list(sizes.values()))
    middle = np.array([CENTERS[kind] for kind in kinds]) * [shift, 1.0]
    return pd.DataFrame(
        {
            "as_of_date": as_of_date,
            "persona_group": group,
            "customer_id": [f"{group}{number:05d}" for number in range(len(kinds))],
            "kind": kinds,
            "orders_count": middle[:, 0] * np.exp(random.normal(0, 0.1, len(kinds))),
            "discount_ratio": middle[:, 1] + random.normal(0, 0.03, len(kinds)),
        }
    )


def fit(*parts: pd.DataFrame, **options) -> pd.DataFrame:
    settings = {
        "key_column": "customer_id",
        "feature_columns": FEATURES,
        "log_columns": ["orders_count"],
        "random_state": 0,
        "largest_centroid_distance": 1.0,
        "largest_cluster_id": LARGEST_CLUSTER_ID,
        "rules": ClusterRules(
            eligible_share_ratio=0.02,
            eligible_jaccard_ratio=0.75,
            persona_jaccard_ratio=0.85,
            silhouette_tie=0.02,
            apart_valley_ratio=0.8,
            apart_share_ratio=0.2,
            largest_valley_ratio=1.2,
        ),
    }
    return fit_personas(pd.concat(parts), **{**settings, **options})


def stability(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per date, group and cluster."""
    rows = frame.loc[frame["part"] == "stability"]
    return rows.pivot_table(
        index=["as_of_date", "persona_group", "cluster_id"],
        columns="measure",
        values="value",
        dropna=False,
        aggfunc="first",
    ).dropna(subset="size_count")


def sizes(frame: pd.DataFrame, as_of_date: str, group: str = "all") -> dict[int, int]:
    found = stability(frame).loc[(as_of_date, group), "size_count"]
    return {int(number): int(size) for number, size in found.items()}


def test_numbers_are_handed_on_while_sizes_change_places() -> None:
    frame = fit(
        customers("2025-12-31", {"a": 300, "b": 200, "c": 100}),
        customers("2026-03-31", {"a": 200, "b": 250, "c": 150}, shift=1.1, seed=1),
        customers("2026-06-30", {"a": 100, "b": 300, "c": 200}, shift=1.2, seed=2),
    )
    # b stands out by its orders only, c by its discounts, a by both: that is their order
    assert sizes(frame, "2025-12-31") == {1: 200, 2: 300, 3: 100}
    assert sizes(frame, "2026-03-31") == {1: 250, 2: 200, 3: 150}
    assert sizes(frame, "2026-06-30") == {1: 300, 2: 100, 3: 200}
    moved = stability(frame)["previous_distance"]
    assert moved.loc["2025-12-31"].isna().all()
    assert (moved.loc["2026-03-31":] < 1).all()


def test_the_first_numbers_do_not_depend_on_sizes() -> None:
    one = fit(customers("2026-06-30", {"a": 300, "b": 200, "c": 100}))
    other = fit(customers("2026-06-30", {"a": 100, "b": 200, "c": 120}, seed=1))
    assert sizes(one, "2026-06-30") == {1: 200, 2: 300, 3: 100}
    assert sizes(other, "2026-06-30") == {1: 200, 2: 100, 3: 120}


def test_a_cluster_that_is_gone_takes_its_number_along() -> None:
    frame = fit(
        customers("2025-12-31", {"a": 300, "b": 200, "c": 100}),
        customers("2026-03-31", {"a": 300, "c": 100}, seed=1),
        largest_centroid_distance=2.0,
    )
    assert sizes(frame, "2026-03-31") == {2: 300, 3: 100}


def test_a_cluster_beyond_the_distance_gets_a_new_number() -> None:
    parts = (
        customers("2026-03-31", {"a": 300, "b": 200, "c": 100}),
        customers("2026-06-30", {"a": 300, "b": 200, "d": 100}, seed=1),
    )
    assert sizes(fit(*parts), "2026-06-30") == {1: 200, 2: 300, 4: 100}
    assert sizes(fit(*parts, largest_centroid_distance=9.0), "2026-06-30") == {1: 200, 2: 300, 3: 100}


def test_numbers_are_unique_over_groups_and_groups_do_not_mix() -> None:
    dates = ("2026-03-31", "2026-06-30")
    frame = fit(
        *(customers(date, {"a": 300, "b": 200, "c": 100}, group="consumer") for date in dates),
        *(customers(date, {"a": 90, "d": 60}, group="business", seed=3) for date in dates),
    )
    for date in dates:
        assert sorted(sizes(frame, date, "business").items()) in ([(1, 90), (2, 60)], [(1, 60), (2, 90)])
        assert sizes(frame, date, "consumer") == {3: 200, 4: 300, 5: 100}
    business = stability(frame).loc[("2026-06-30", "business"), "previous_distance"]
    assert (business < 1e-9).all()


def test_the_numbers_stay_within_the_vocabulary_however_often_clusters_come_and_go() -> None:
    kinds = [{"a": 60, "b": 60}, {"c": 60, "d": 60}]
    parts = [
        customers(f"2026-{month:02d}-28", kinds[month % 2], group=group, seed=month)
        for month in range(1, 13)
        for group in ("x", "y")
    ]
    found = stability(fit(*parts, largest_centroid_distance=1e-9)).reset_index()
    assert found["cluster_id"].between(1, LARGEST_CLUSTER_ID).all()
    assert not found.duplicated(["as_of_date", "cluster_id"]).any()


def test_the_number_of_clusters_leaves_room_for_all_groups() -> None:
    frame = fit(*(customers("2026-06-30", {"a": 60, "b": 60}, group=f"g{number}") for number in range(5)))
    tried = frame.loc[frame["part"] == "quality", "cluster_id"]
    assert tried.max() == LARGEST_CLUSTER_ID // 5


def test_a_group_that_is_too_small_at_an_earlier_date_hands_nothing_on() -> None:
    frame = fit(
        customers("2025-12-31", {"a": 4}),
        customers("2026-06-30", {"a": 100, "d": 90}, seed=1),
    )
    assert sizes(frame, "2025-12-31") == {1: 4}
    assert sizes(frame, "2026-06-30") == {2: 100, 3: 90}
    assert stability(frame)["previous_distance"].isna().all()


def test_the_result_does_not_depend_on_the_order_of_rows() -> None:
    parts = [
        customers(date, {"a": 120, "b": 100, "c": 80}, group=group, seed=seed)
        for seed, date in enumerate(("2026-03-31", "2026-06-30"))
        for group in ("business", "consumer")
    ]
    shuffled = pd.concat(parts).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(fit(*parts), fit(shuffled), check_exact=True)


def test_an_earlier_date_does_not_know_of_later_ones() -> None:
    early = customers("2026-03-31", {"a": 120, "b": 100})
    alone = fit(early)
    with_later = fit(early, customers("2026-06-30", {"a": 50, "c": 300, "d": 70}, seed=5))
    pd.testing.assert_frame_equal(alone, with_later.loc[with_later["as_of_date"] == "2026-03-31"])


def test_the_typical_distance_is_the_median_of_the_members() -> None:
    part = customers("2026-06-30", {"a": 200, "d": 100})
    frame = fit(part)
    typical = stability(frame)["typical_distance"]
    log_orders, ratio = np.log1p(part["orders_count"]), part["discount_ratio"]
    cuts = [values.clip(*np.percentile(values, [0.5, 99.5])) for values in (log_orders, ratio)]
    points = np.column_stack([(cut - cut.mean()) / cut.std(ddof=0) for cut in cuts])
    own = points[(part["kind"] == "a").to_numpy()]
    expected = np.median(np.linalg.norm(own - own.mean(axis=0), axis=1))
    assert typical.loc[("2026-06-30", "all", 1)] == pytest.approx(expected, rel=1e-6)


def test_nobody_gives_an_empty_frame_of_the_same_columns() -> None:
    part = customers("2026-06-30", {"a": 30, "d": 30})
    some, none = fit(part), fit(part.iloc[:0])
    assert none.empty
    assert none.dtypes.astype(str).to_dict() == some.dtypes.astype(str).to_dict() == PERSONA_COLUMNS


def test_fit_personas_refuses_what_it_cannot_use() -> None:
    part = customers("2026-06-30", {"a": 30})
    with pytest.raises(ValueError, match="missing column: persona_group"):
        fit(part.drop(columns="persona_group"))
    with pytest.raises(ValueError, match="missing column: discount_ratio"):
        fit(part.drop(columns="discount_ratio"))
    with pytest.raises(ValueError, match="at most 10 groups, got 11"):
        fit(*(customers("2026-06-30", {"a": 2}, group=f"g{number}") for number in range(11)))
