"""Clusters: planted types found again, outliers tamed, results repeatable, labels that persist."""

from __future__ import annotations

import time
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import RobustScaler, StandardScaler
from threadpoolctl import threadpool_limits

from customer_segmentation.cluster_quality import (
    bootstrap_jaccard,
    gap_references,
    gaps,
    quick_k_means,
    silhouette,
    stability_status,
    starting_centers,
    valleys,
)
from customer_segmentation.clusters import (
    CENTROID_COLUMNS,
    QUALITY_COLUMNS,
    STABILITY_COLUMNS,
    TRANSFORM_COLUMNS,
    ClusterResult,
    ClusterRules,
    assign_clusters,
    fit_clusters,
)

FEATURES = [
    "orders_count",
    "items_count",
    "net_amount",
    "recency_days",
    "discount_ratio",
    "events_count",
    "tickets_count",
    "margin_amount",
]
LOG_FEATURES = [feature for feature in FEATURES if feature != "discount_ratio"]
RULES = ClusterRules(
    eligible_share_ratio=0.02,
    eligible_jaccard_ratio=0.75,
    persona_jaccard_ratio=0.85,
    silhouette_tie=0.02,
    apart_valley_ratio=0.8,
    apart_share_ratio=0.2,
    largest_valley_ratio=1.2,
)
FRAMES = ("transform", "centroids", "quality", "stability")


def customers_of_five_types(
    size: int, *, seed: int = 0, spread: float = 0.55
) -> tuple[pd.DataFrame, np.ndarray]:
    """Customers of five planted types with lognormal spread, and the type of each."""
    random = np.random.default_rng(seed)
    typical = np.array(
        [
            [1.5, 2, 60, 300, 0.05, 3, 0.3, 10],
            [5, 12, 300, 60, 0.30, 20, 0.5, 30],
            [20, 60, 3000, 15, 0.05, 80, 1, 900],
            [4, 40, 6000, 90, 0.02, 5, 4, 300],
            [8, 10, 250, 20, 0.10, 300, 0.2, 60],
        ]
    )
    kind = random.choice(5, size, p=[0.4, 0.25, 0.15, 0.1, 0.1])
    level = typical[kind] * np.exp(random.normal(0, spread, (size, len(FEATURES))))
    values = level.copy()
    counts = [0, 1, 5, 6]
    values[:, counts] = random.poisson(level[:, counts])
    values[:, 4] = np.minimum(values[:, 4], 1)
    values[:, 7] -= 5  # some margins are negative
    frame = pd.DataFrame(values, columns=FEATURES)
    return frame.assign(customer_id=[f"c{number:07d}" for number in random.permutation(size)]), kind


def fit(frame: pd.DataFrame, **options) -> ClusterResult:
    settings = {
        "key_column": "customer_id",
        "feature_columns": FEATURES,
        "log_columns": LOG_FEATURES,
        "random_state": 1,
        "rules": RULES,
    }
    return fit_clusters(frame, **{**settings, **options})


def labels_of(frame: pd.DataFrame, result: ClusterResult) -> np.ndarray:
    return assign_clusters(frame, result.transform, result.centroids)["cluster_id"].to_numpy()


@pytest.fixture(scope="module")
def five_types() -> tuple[pd.DataFrame, np.ndarray]:
    return customers_of_five_types(3000, spread=0.4)


@pytest.fixture(scope="module")
def fitted(five_types: tuple[pd.DataFrame, np.ndarray]) -> ClusterResult:
    return fit(five_types[0])


def test_well_separated_types_are_found_without_telling_their_number(
    five_types: tuple[pd.DataFrame, np.ndarray], fitted: ClusterResult
) -> None:
    frame, kind = five_types
    assert fitted.quality.loc[fitted.quality["is_chosen"], "k"].tolist() == [5]
    assert set(fitted.stability["status"]) == {"stable"}
    assert adjusted_rand_score(kind, labels_of(frame, fitted)) > 0.98


@pytest.mark.parametrize("seed", [0, 1])
def test_overlapping_types_are_found_and_the_log_is_what_finds_them(seed: int) -> None:
    frame, kind = customers_of_five_types(3000, seed=seed, spread=0.7)
    raw = frame[FEATURES].to_numpy()

    def plain(points: np.ndarray) -> float:
        return adjusted_rand_score(kind, KMeans(5, n_init=10, random_state=1).fit_predict(points))

    result = fit(frame)
    found = adjusted_rand_score(kind, labels_of(frame, result))
    assert len(result.stability) in (4, 5, 6)
    assert found > 0.74
    assert found > plain(raw) + 0.2
    assert found > plain(StandardScaler().fit_transform(raw)) + 0.1
    assert found > plain(RobustScaler().fit_transform(raw)) + 0.2


def test_twenty_outliers_do_not_take_the_clusters() -> None:
    frame, kind = customers_of_five_types(20_000)
    frame.loc[frame.index[:20], ["net_amount", "items_count", "margin_amount"]] *= 1e4
    robust = KMeans(5, n_init=3, random_state=1).fit_predict(RobustScaler().fit_transform(frame[FEATURES]))
    assert np.bincount(robust).max() > 19_900  # the trap
    result = fit(frame, k=5)
    labels = labels_of(frame, result)
    assert np.bincount(labels).max() < 9_000
    assert result.stability["share_ratio"].min() > 0.05
    assert adjusted_rand_score(kind, labels) > 0.74
    # Not even where nobody named the skewed columns.
    frame.loc[frame.index[:20], LOG_FEATURES] *= 1e4
    assert np.bincount(labels_of(frame, fit(frame, k=5, log_columns=[]))).max() < 14_000


def test_frames_have_the_stated_columns_and_fit_together(
    five_types: tuple[pd.DataFrame, np.ndarray], fitted: ClusterResult
) -> None:
    frame, _ = five_types
    expected = (TRANSFORM_COLUMNS, CENTROID_COLUMNS, QUALITY_COLUMNS, STABILITY_COLUMNS)
    for name, columns in zip(FRAMES, expected, strict=True):
        assert getattr(fitted, name).dtypes.astype(str).to_dict() == columns
    assert fitted.status == "ok"
    assert fitted.transform["feature"].tolist() == FEATURES
    assert fitted.quality["k"].tolist() == list(range(2, 11))
    assert fitted.quality["is_chosen"].sum() == 1
    assert fitted.stability["cluster_id"].tolist() == [1, 2, 3, 4, 5]
    assert fitted.stability["size_count"].is_monotonic_decreasing
    assert fitted.stability["size_count"].sum() == len(frame)
    assert fitted.stability["share_ratio"].sum() == pytest.approx(1)
    assert fitted.stability["previous_distance"].isna().all()
    assert fitted.stability["status"].tolist() == [
        stability_status(v, stable_jaccard=0.85, valid_jaccard=0.75)
        for v in fitted.stability["jaccard_ratio"]
    ]
    labels = labels_of(frame, fitted)
    assert np.bincount(labels)[1:].tolist() == fitted.stability["size_count"].tolist()
    centers = fitted.centroids.pivot_table(index="cluster_id", columns="feature", values="value")[FEATURES]
    transformed = transform_by_hand(frame, fitted.transform)
    assert transformed.groupby(labels).mean().to_numpy() == pytest.approx(centers.to_numpy(), abs=0.02)
    assert transformed.mean().to_numpy() == pytest.approx(0, abs=1e-9)
    assert transformed.std(ddof=0).to_numpy() == pytest.approx(1, abs=1e-9)


def transform_by_hand(frame: pd.DataFrame, transform: pd.DataFrame) -> pd.DataFrame:
    columns = {}
    for row in transform.itertuples():
        value = frame[row.feature].astype(float)
        if row.is_log:
            value = np.sign(value) * np.log(1 + value.abs())
        columns[row.feature] = (
            value.clip(row.lower_bound, row.upper_bound) - row.mean
        ) / row.standard_deviation
    return pd.DataFrame(columns)


def test_the_assignment_in_sql_is_that_of_the_reference(
    five_types: tuple[pd.DataFrame, np.ndarray], fitted: ClusterResult
) -> None:
    frame, _ = five_types
    transform, centroids = fitted.transform, fitted.centroids
    connection = duckdb.connect()
    connection.register("customers", frame)
    connection.register("transform", transform)
    connection.register("centroids", centroids)
    in_sql = connection.sql(
        f"""
        with long as (unpivot (select customer_id, {", ".join(f"{f}::double as {f}" for f in FEATURES)}
            from customers) on {", ".join(FEATURES)} into name feature value raw_value),
        transformed as (
            select l.customer_id, l.feature,
                (least(greatest(
                    case when t.is_log then sign(l.raw_value) * ln(1 + abs(l.raw_value)) else l.raw_value end,
                    t.lower_bound), t.upper_bound) - t.mean) / t.standard_deviation as z
            from long as l inner join transform as t on l.feature = t.feature),
        distances as (
            select t.customer_id, c.cluster_id, sqrt(sum((t.z - c.value) ** 2)) as distance
            from transformed as t inner join centroids as c on t.feature = c.feature
            group by t.customer_id, c.cluster_id)
        select customer_id, cluster_id, distance from distances
        qualify row_number() over (partition by customer_id order by distance, cluster_id) = 1
        """
    ).df()
    expected = assign_clusters(frame.set_index("customer_id"), transform, centroids)
    found = in_sql.set_index("customer_id").loc[expected.index]
    assert (found["cluster_id"] == expected["cluster_id"]).all()
    assert found["distance"].to_numpy() == pytest.approx(
        expected["distance_to_centroid"].to_numpy(), abs=1e-9
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_result_does_not_depend_on_the_order_of_rows_or_the_number_of_threads(
    threads: int, five_types: tuple[pd.DataFrame, np.ndarray], fitted: ClusterResult
) -> None:
    shuffled = five_types[0].sample(frac=1, random_state=threads)
    with threadpool_limits(limits=threads):
        again = fit(shuffled)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(fitted, name), check_exact=True)


def test_another_seed_finds_the_same_clusters(
    five_types: tuple[pd.DataFrame, np.ndarray], fitted: ClusterResult
) -> None:
    frame, _ = five_types
    other = fit(frame, random_state=99, k=5)
    assert adjusted_rand_score(labels_of(frame, other), labels_of(frame, fitted)) > 0.95


def test_scale_of_a_feature_without_log_is_irrelevant(five_types: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, _ = five_types
    one = fit(frame, k=5)
    other = fit(frame.assign(discount_ratio=frame["discount_ratio"] * 100), k=5)
    assert (
        labels_of(frame, one) == labels_of(frame.assign(discount_ratio=frame["discount_ratio"] * 100), other)
    ).all()


def test_labels_persist_while_sizes_change_places() -> None:
    frame, kind = customers_of_five_types(3000, spread=0.4)
    before = fit(frame, k=5)
    # Next month the two largest types have shrunk and everybody spends a tenth more.
    later, later_kind = customers_of_five_types(6000, seed=1, spread=0.4)
    keep = (later_kind > 1) | (np.arange(6000) % 8 == 0)
    later, later_kind = later.loc[keep].assign(net_amount=later["net_amount"] * 1.1), later_kind[keep]
    after = fit(later, k=5, previous_centroids=before.centroids, previous_transform=before.transform)
    assert not after.stability["size_count"].is_monotonic_decreasing
    old, new = labels_of(frame, before), labels_of(later, after)
    for number in range(5):
        assert np.bincount(old[kind == number]).argmax() == np.bincount(new[later_kind == number]).argmax()
    assert (after.stability["previous_distance"] < 2).all()
    unmatched = fit(later, k=5)
    assert unmatched.stability["size_count"].is_monotonic_decreasing


def test_more_clusters_than_before_get_new_ids_and_fewer_leave_gaps(
    five_types: tuple[pd.DataFrame, np.ndarray],
) -> None:
    frame, _ = five_types
    four, six = fit(frame, k=4), fit(frame, k=6)
    grown = fit(frame, k=6, previous_centroids=four.centroids, previous_transform=four.transform)
    assert grown.stability["cluster_id"].tolist() == [1, 2, 3, 4, 5, 6]
    assert grown.stability["previous_distance"].isna().tolist() == [False] * 4 + [True] * 2
    shrunk = fit(frame, k=4, previous_centroids=six.centroids)
    assert len(set(shrunk.stability["cluster_id"])) == 4
    assert set(shrunk.stability["cluster_id"]) <= set(range(1, 7))


def test_a_cloud_without_clusters_is_not_trusted() -> None:
    random = np.random.default_rng(4)
    frame = pd.DataFrame(random.normal(size=(3000, 8)), columns=FEATURES).assign(customer_id=range(3000))
    result = fit(frame, log_columns=[])
    assert not result.quality["is_eligible"].any()
    assert set(result.stability["status"]) <= {"doubtful", "not_trusted"}


def test_quick_k_means_is_as_good_as_that_of_scikit_learn() -> None:
    """Every point counted by its weight; scikit-learn sees the points as often as that."""
    random = np.random.default_rng(8)
    points = random.normal(size=(400, 4)) + 4 * np.eye(4)[random.integers(0, 4, 400)]
    weights = random.integers(1, 4, 400).astype(float)
    starts = [starting_centers(points, weights, 8, random) for _ in range(5)]
    assert all(len(np.unique(start, axis=0)) == 8 for start in starts)
    for k in (2, 4, 8):
        centers, dispersion = quick_k_means(points, weights, starts, k)
        repeated = np.repeat(points, weights.astype(int), axis=0)
        nearest = cdist(repeated, centers).min(axis=1)
        assert dispersion == pytest.approx((nearest**2).sum(), rel=2e-3)
        assert dispersion < 1.03 * KMeans(k, n_init=10, random_state=0).fit(repeated).inertia_


def test_stability_is_not_borrowed_from_the_centers_that_are_judged() -> None:
    """The two halves of a round cloud are found at another angle each time."""
    random = np.random.default_rng(4)
    points = random.normal(size=(1500, 2))
    labels = {2: (points[:, 0] > 0).astype(int)}
    resamples = [random.integers(0, len(points), len(points)) for _ in range(20)]
    assert bootstrap_jaccard(points, labels, resamples, random)[2].max() < 0.75
    apart = points + np.where(labels[2] == 1, 9, 0)[:, None]
    assert bootstrap_jaccard(apart, labels, resamples, random)[2].min() > 0.99


def test_valleys_are_deep_between_groups_and_none_where_one_cloud_was_cut() -> None:
    """What one place on the way holds of what the centres hold, by the formula; and in the shapes that have none."""
    random = np.random.default_rng(5)

    def valley_of_a_cut(points: np.ndarray) -> float:
        model = KMeans(2, n_init=5, random_state=0).fit(points)
        return valleys(points, model.cluster_centers_, model.labels_).max()

    cloud = random.normal(size=(20_000, 2))
    assert valley_of_a_cut(cloud * [6, 1]) == pytest.approx(1.37, abs=0.1)  # phi(0) / phi(0.8)
    assert valley_of_a_cut(random.uniform(size=(20_000, 2)) * [6, 1]) == pytest.approx(1, abs=0.05)
    assert valley_of_a_cut(np.exp(0.8 * cloud)) > 1.5
    apart = cloud + np.where(np.arange(20_000) % 2, 6, 0)[:, None] * [1, 0]
    assert valley_of_a_cut(apart) < 0.1
    # two that overlap and one far away: it is the near neighbour that counts
    places = np.repeat([0.0, 3.0, 60.0], 5000)
    line = (places + random.normal(size=15_000))[:, None]
    near, far = valleys(line, np.array([[0.0], [3.0], [60.0]]), np.repeat([0, 1, 2], 5000))[[0, 2]]
    assert near > 0.5
    assert far < 0.01
    assert valleys(np.zeros((9, 2)), np.zeros((2, 2)), np.repeat([0, 1], [4, 5])).tolist() == [10, 10]


@pytest.mark.parametrize("shape", ["stretched", "box", "skewed"])
def test_one_cloud_that_is_cut_at_the_same_place_each_time_has_no_groups(shape: str) -> None:
    """Every half is stable, which was enough before: a stretched cloud published two clusters, as personas."""
    random = np.random.default_rng(3)
    factor = random.normal(size=(1500, 1)) * 2.5
    points = {
        "stretched": random.normal(size=(1500, 4)) + factor,
        "box": random.uniform(size=(1500, 4)) + 1.5 * random.uniform(size=(1500, 1)),
        "skewed": np.exp(0.3 * (random.normal(size=(1500, 4)) + factor)),
    }[shape]
    frame = pd.DataFrame(points, columns=FEATURES[:4]).assign(customer_id=range(1500))
    result = fit(frame, feature_columns=FEATURES[:4], log_columns=[])
    assert result.quality["minimum_jaccard_ratio"].max() > 0.85
    assert not result.quality["is_eligible"].any()
    assert not result.stability["is_eligible"].any()
    trusting = fit(
        frame,
        feature_columns=FEATURES[:4],
        log_columns=[],
        rules=replace(RULES, apart_share_ratio=0.0),
    )
    assert trusting.stability["is_eligible"].all()


def test_nested_groups_are_found_where_the_silhouette_would_stop_at_their_families() -> None:
    random = np.random.default_rng(7)
    kind = np.repeat(np.arange(6), 250)
    centers = np.array([[0, 0], [5, 0], [0, 5], [30, 30], [35, 30], [30, 35]])
    points = centers[kind] + random.normal(size=(1500, 2))
    frame = pd.DataFrame(points, columns=FEATURES[:2]).assign(customer_id=range(1500))
    options = {"feature_columns": FEATURES[:2], "log_columns": []}
    result = fit(frame, **options)
    assert result.quality.set_index("k")["silhouette_score"].idxmax() == 2
    assert adjusted_rand_score(kind, labels_of(frame, result)) > 0.95
    assert result.stability["is_eligible"].all()
    assert (result.stability["valley_ratio"] < 0.8).all()
    by_silhouette = fit(frame, rules=replace(RULES, largest_valley_ratio=0.0), **options)
    assert len(by_silhouette.stability) == 2


def test_minimum_share_rules_small_clusters_out(five_types: tuple[pd.DataFrame, np.ndarray]) -> None:
    result = fit(five_types[0], rules=replace(RULES, eligible_share_ratio=0.2))
    quality = result.quality
    assert (quality.loc[quality["is_eligible"], "smallest_cluster_ratio"] >= 0.2).all()
    assert result.stability["share_ratio"].min() >= 0.2


def test_silhouette_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    points, labels = random.normal(size=(200, 3)), random.integers(0, 4, 200)
    points[labels == 1] += 3
    labels[0] = 9
    distances = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    assert silhouette(distances, labels) == pytest.approx(silhouette_score(points, labels), rel=1e-9)
    assert np.isnan(silhouette(distances, np.zeros(200, dtype=int)))


def test_gap_is_largest_at_the_true_number_and_small_without_clusters() -> None:
    random = np.random.default_rng(6)

    def scores(points: np.ndarray) -> list[float]:
        return list(gaps(points, gap_references(random, points), (1, 2, 3, 4), random)[0].values())

    uniform = random.uniform(size=(400, 2)) * [3, 1]  # longer than wide, so that its box is its own
    assert np.abs(scores(uniform)).max() < 0.15
    blobs = random.normal(scale=0.05, size=(400, 2)) + np.array([[0, 0], [1, 0], [0, 1]])[np.arange(400) % 3]
    assert np.argmax(scores(blobs)) == 2
    assert max(scores(blobs)) > 1


@pytest.mark.parametrize(
    ("jaccard", "status"),
    [
        (1, "stable"),
        (0.85, "stable"),
        (0.8499, "valid"),
        (0.75, "valid"),
        (0.7499, "doubtful"),
        (0.6, "doubtful"),
        (0.5999, "not_trusted"),
        (np.nan, "not_trusted"),
    ],
)
def test_stability_status_has_inclusive_lower_bounds(jaccard: float, status: str) -> None:
    assert stability_status(jaccard, stable_jaccard=0.85, valid_jaccard=0.75) == status


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [0, 1, 2, 9])
def test_too_few_customers_are_one_cluster_that_nothing_vouches_for(size: int) -> None:
    frame, _ = customers_of_five_types(20)
    result = fit(frame.iloc[:size])
    assert result.status == "too_few_customers"
    assert result.stability["cluster_id"].tolist() == [1] * min(size, 1)
    assert set(result.stability["status"]) <= {"not_trusted"}
    for name, columns in zip(
        FRAMES, (TRANSFORM_COLUMNS, CENTROID_COLUMNS, QUALITY_COLUMNS, STABILITY_COLUMNS), strict=True
    ):
        assert getattr(result, name).dtypes.astype(str).to_dict() == columns
    if size:
        assert set(labels_of(frame, result)) == {1}
        nobody = assign_clusters(frame.iloc[:0], result.transform, result.centroids)
        assert nobody.dtypes.astype(str).to_dict() == {
            "cluster_id": "int64",
            "distance_to_centroid": "float64",
        }


@pytest.mark.filterwarnings("error")
def test_equal_customers_and_constant_features_are_survived() -> None:
    frame = pd.DataFrame(1.0, index=range(100), columns=FEATURES).assign(customer_id=range(100))
    assert fit(frame).status == "too_few_customers"
    frame["orders_count"] = np.arange(100) % 3 * 10
    result = fit(frame)
    assert result.status == "ok"
    assert result.quality["k"].tolist() == [2, 3]
    assert result.quality.loc[result.quality["is_chosen"], "k"].tolist() == [3]
    assert (result.transform["standard_deviation"] > 0).all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e12, 1e12), st.floats(0, 1), st.integers(0, 3)), max_size=60),
    st.sampled_from([[], ["a"], ["a", "c"]]),
)
def test_any_finite_sample_is_divided_completely(rows: list[tuple], log_columns: list[str]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b", "c"]).astype("float64").assign(key=range(len(rows)))
    result = fit_clusters(
        frame, key_column="key", feature_columns=["a", "b", "c"], log_columns=log_columns, random_state=0,
        rules=RULES, k_range=(2, 4), bootstraps=2, starts=3,
    )  # fmt: skip
    assert np.isfinite(result.centroids["value"]).all()
    assert result.stability["size_count"].sum() == len(rows)
    if rows:
        assigned = assign_clusters(frame, result.transform, result.centroids)
        assert np.isfinite(assigned["distance_to_centroid"]).all()
        assert set(assigned["cluster_id"]) <= set(result.stability["cluster_id"])


def test_fifty_thousand_customers_take_seconds() -> None:
    frame, kind = customers_of_five_types(50_000)
    started = time.perf_counter()
    result = fit(frame)
    assert time.perf_counter() - started < 30
    assert adjusted_rand_score(kind, labels_of(frame, result)) > 0.74


@pytest.mark.parametrize(
    ("change", "options", "complaint"),
    [
        (lambda f: f.drop(columns="net_amount"), {}, "missing column: net_amount"),
        (lambda f: f.drop(columns="customer_id"), {}, "missing column: customer_id"),
        (
            lambda f: f.assign(net_amount=[np.nan, np.inf, *f["net_amount"][2:]]),
            {},
            "net_amount: 2 rows are missing",
        ),
        (lambda f: f.assign(customer_id="c1"), {}, "customer_id: 29 rows repeat a key"),
        (lambda f: f, {"log_columns": ["visits"]}, "log_columns: .'visits'. are not features"),
        (lambda f: f, {"feature_columns": []}, "log_columns|feature_columns"),
        (lambda f: f, {"k": 0}, "k: must be at least 1"),
        (lambda f: f, {"k_range": (1, 5)}, "k_range"),
        (lambda f: f, {"k_range": (6, 5)}, "k_range"),
        (lambda f: f, {"starts": 2}, "starts: must be at least 3"),
        (lambda f: f, {"bootstraps": 0}, "bootstraps: must be at least 1"),
        (lambda f: f, {"rules": replace(RULES, eligible_share_ratio=1.0)}, "eligible_share_ratio"),
    ],
)
def test_fit_clusters_refuses_what_it_cannot_use(change, options: dict, complaint: str) -> None:
    frame, _ = customers_of_five_types(30)
    with pytest.raises(ValueError, match=complaint):
        fit(change(frame), **options)


def test_assign_clusters_refuses_missing_values(
    five_types: tuple[pd.DataFrame, np.ndarray], fitted: ClusterResult
) -> None:
    frame = five_types[0].assign(net_amount=np.nan)
    with pytest.raises(ValueError, match="net_amount: 3000 rows are missing"):
        assign_clusters(frame, fitted.transform, fitted.centroids)
