"""Clusters of customers: fitted on a bounded sample, described by frames that SQL can apply to everybody.

A value is transformed in this order: signed log1p on the named columns, cut at the sample's 0.5th and 99.5th
percentile, standardised. Log first: without it a handful of huge customers takes a cluster of its own and
throws all others into one. Then k-means; a customer belongs to the nearest centroid.

The rule that chooses k. For every k of the range: the silhouette (Rousseeuw 1987), the gap (Tibshirani,
Walther and Hastie 2001), Calinski-Harabasz, the stability of each cluster (Hennig 2007: the mean, over
bootstrap resamples, of its Jaccard similarity to the most similar cluster found again), and the valley of
each cluster (`cluster_quality.valleys`: how full it is half way to the cluster it is least apart from).

A k can be trusted if its smallest cluster holds the eligible share and every cluster is found again with the
eligible Jaccard. That alone is no proof: a stretched cloud without groups is cut at the same place each time.
So there are groups only if, at some k that can be trusted, clusters that stand apart hold the apart share;
then every k that can be trusted is eligible, else none is. Chosen is the largest eligible k at which no
cluster runs into another one, or whose silhouette is within the tie of the best: by itself the silhouette
stops at two or three where groups are uneven, nested or overlap. If no k is eligible, the one whose weakest
cluster is found again best is shown, and nothing of it is a finding. The bounds are `ClusterRules`;
`benchmarks/cluster_rules.py` compares this rule with others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.metrics import calinski_harabasz_score
from threadpoolctl import threadpool_limits

from customer_segmentation.cluster_quality import (
    bootstrap_jaccard,
    gap_references,
    gaps,
    k_means,
    silhouette,
    stability_status,
    valleys,
)

LOWER_PERCENTILE, UPPER_PERCENTILE = 0.5, 99.5
SILHOUETTE_ROWS, GAP_ROWS, BOOTSTRAP_ROWS = 4000, 1000, 2000
MINIMUM_ROWS_PER_CLUSTER = 5

TRANSFORM_COLUMNS = {
    "feature": "str",
    "is_log": "bool",
    "lower_bound": "float64",
    "upper_bound": "float64",
    "mean": "float64",
    "standard_deviation": "float64",
}
CENTROID_COLUMNS = {"cluster_id": "int64", "feature": "str", "value": "float64"}
QUALITY_COLUMNS = {
    "k": "int64",
    "silhouette_score": "float64",
    "gap_score": "float64",
    "gap_standard_error": "float64",
    "calinski_harabasz_score": "float64",
    "mean_jaccard_ratio": "float64",
    "minimum_jaccard_ratio": "float64",
    "smallest_cluster_ratio": "float64",
    "largest_valley_ratio": "float64",
    "apart_share_ratio": "float64",
    "is_eligible": "bool",
    "is_chosen": "bool",
}
STABILITY_COLUMNS = {
    "cluster_id": "int64",
    "jaccard_ratio": "float64",
    "size_count": "int64",
    "share_ratio": "float64",
    "status": "str",
    "previous_distance": "float64",
    "typical_distance": "float64",
    "valley_ratio": "float64",
    "is_eligible": "bool",
}


@dataclass(frozen=True)
class ClusterRules:
    """The bounds of the rule that chooses k and of the words for stability; names as in the settings.

    Attributes
    ----------
    eligible_share_ratio
        Smallest share of the sample a cluster of a chosen k may hold.
    eligible_jaccard_ratio
        Smallest Jaccard a cluster of a chosen k may have; from it on a cluster is `valid`.
    persona_jaccard_ratio
        Jaccard from which on a cluster is `stable`.
    silhouette_tie
        Difference from the best silhouette within which the largest k is chosen.
    apart_valley_ratio
        Largest valley a cluster that stands apart may have.
    apart_share_ratio
        Smallest share of the sample that clusters that stand apart must hold, at one k at least.
    largest_valley_ratio
        Largest valley of a k at which no cluster runs into another one.
    """

    eligible_share_ratio: float
    eligible_jaccard_ratio: float
    persona_jaccard_ratio: float
    silhouette_tie: float
    apart_valley_ratio: float
    apart_share_ratio: float
    largest_valley_ratio: float


@dataclass(frozen=True)
class ClusterResult:
    """A fitted clustering.

    Attributes
    ----------
    status
        `ok`, or `too_few_customers`: the sample could not be divided, everybody is in cluster 1.
    transform
        Row per feature: `feature`, `is_log`, `lower_bound` and `upper_bound` (of the value after the log),
        `mean` and `standard_deviation` (of the value after the log and the cut; 1 for a constant feature).
    centroids
        Row per cluster and feature: `cluster_id` (from 1), `feature`, `value` in transformed space.
    quality
        Row per k tried: the indices, whether k was eligible and whether it was chosen.
    stability
        Row per cluster of the chosen k: `jaccard_ratio` (0 to 1), `size_count` and `share_ratio` in the
        sample, `status` (`stable`, `valid`, `doubtful`, `not_trusted`), `previous_distance` to the centroid
        of the same id before (NaN for a new cluster), `typical_distance` (median distance of the cluster's
        customers to its centroid, in transformed space), `valley_ratio` (0 to 10), and `is_eligible`: whether
        the chosen k is.
    """

    status: str
    transform: pd.DataFrame
    centroids: pd.DataFrame
    quality: pd.DataFrame
    stability: pd.DataFrame


@dataclass(frozen=True)
class ClusterTrials:
    """Every k tried on one sample; `result` lays one of them out.

    Attributes
    ----------
    status, transform, quality
        As in `ClusterResult`; the k of the rule is chosen.
    divisions
        By k the centers, shape (k, features), and per cluster size, Jaccard, typical distance and valley.
    """

    status: str
    transform: pd.DataFrame
    quality: pd.DataFrame
    divisions: Mapping[int, tuple[np.ndarray, ...]]
    rules: ClusterRules

    def result(
        self,
        *,
        k: int | None = None,
        previous_centroids: pd.DataFrame | None = None,
        previous_transform: pd.DataFrame | None = None,
    ) -> ClusterResult:
        """The division by the chosen k, or by the k given; for the numbering see `fit_clusters`."""
        quality = self.quality
        if k is not None:
            quality = quality.loc[quality["k"] == k].assign(is_chosen=True).reset_index(drop=True)
        chosen = int(quality.loc[quality["is_chosen"], "k"].max()) if len(quality) else 1
        if self.status != "ok":
            previous_centroids = None  # those who could not be divided are nobody's successors
        return _described(self, quality, self.divisions[chosen], previous_centroids, previous_transform)


def fit_clusters(
    sample: pd.DataFrame,
    *,
    key_column: str,
    feature_columns: Sequence[str],
    log_columns: Sequence[str],
    random_state: int,
    rules: ClusterRules,
    k: int | None = None,
    k_range: tuple[int, int] = (2, 10),
    starts: int = 10,
    bootstraps: int = 20,
    previous_centroids: pd.DataFrame | None = None,
    previous_transform: pd.DataFrame | None = None,
) -> ClusterResult:
    """Fit transform and centroids, choose k by the rule of this module, and judge each cluster.

    Parameters
    ----------
    sample
        One row per customer: the key and numeric features, nothing missing. Its order is irrelevant: rows are
        sorted by the key first, and the work is done in one thread, so a result can be repeated exactly.
    log_columns
        Those of the features that are counts or amounts; they may be negative.
    k
        Number of clusters if it is given; otherwise chosen from `k_range`, both ends included.
    starts
        k-means starts per fit, at least 3.
    previous_centroids, previous_transform
        Frames of an earlier result. Its clusters are matched to the new ones by the least total distance, and
        matched clusters keep their id; others get new ones. With the transform, distances take account of
        its change. Without previous centroids ids go by falling size.

    Raises
    ------
    ValueError
        For a missing column, repeated keys, features missing or infinite (naming the column and the number of
        rows), log columns that are not features, and impossible settings.
    """
    trials = try_clusters(
        sample,
        key_column=key_column,
        feature_columns=feature_columns,
        log_columns=log_columns,
        random_state=random_state,
        rules=rules,
        k=k,
        k_range=k_range,
        starts=starts,
        bootstraps=bootstraps,
    )
    return trials.result(previous_centroids=previous_centroids, previous_transform=previous_transform)


def try_clusters(
    sample: pd.DataFrame,
    *,
    key_column: str,
    feature_columns: Sequence[str],
    log_columns: Sequence[str],
    random_state: int,
    rules: ClusterRules,
    k: int | None = None,
    k_range: tuple[int, int] = (2, 10),
    starts: int = 10,
    bootstraps: int = 20,
) -> ClusterTrials:
    """All of `fit_clusters` that costs time, for whoever wants more than one result of it."""
    features = list(feature_columns)
    _check_settings(
        features,
        log_columns,
        k=k,
        k_range=k_range,
        starts=starts,
        eligible_share_ratio=rules.eligible_share_ratio,
        bootstraps=bootstraps,
    )
    raw = _checked_features(sample, features, key_column=key_column)
    transform = _fit_transform(raw, features, log_columns)
    points = _transformed(raw, transform)
    ks = [k] if k is not None else list(range(k_range[0], k_range[1] + 1))
    most = min(len(points) // MINIMUM_ROWS_PER_CLUSTER, len(np.unique(points, axis=0)))
    ks = [number for number in ks if number <= most]
    if not ks or ks == [1]:
        return _undivided(points, transform, rules)

    random = np.random.default_rng(random_state)
    picks = [_pick(random, len(points), size) for size in (SILHOUETTE_ROWS, GAP_ROWS, BOOTSTRAP_ROWS)]
    for_silhouette, for_gap, for_bootstrap = (points[pick] for pick in picks)
    with threadpool_limits(limits=1):
        found = {number: k_means(points, number, starts, random_state)[:2] for number in ks}
        distances = cdist(for_silhouette, for_silhouette)
        gap_scores, gap_errors = gaps(for_gap, gap_references(random, for_gap), ks, random)
        resamples = [random.integers(0, len(for_bootstrap), len(for_bootstrap)) for _ in range(bootstraps)]
        jaccards = bootstrap_jaccard(
            for_bootstrap,
            {number: labels[picks[2]] for number, (_, labels) in found.items()},
            resamples,
            random,
        )
    divisions, rows = {}, []
    for number, (centers, labels) in found.items():
        sizes, jaccard = np.bincount(labels, minlength=number), jaccards[number]
        valley = valleys(points, centers, labels)
        divisions[number] = (centers, sizes, jaccard, _typical_distances(points, centers, labels), valley)
        share = float(sizes.min() / sizes.sum())
        rows.append(
            {
                "k": number,
                "silhouette_score": silhouette(distances, labels[picks[0]]),
                "gap_score": gap_scores[number],
                "gap_standard_error": gap_errors[number],
                "calinski_harabasz_score": calinski_harabasz_score(points, labels),
                "mean_jaccard_ratio": float(jaccard @ sizes / sizes.sum()),
                "minimum_jaccard_ratio": float(jaccard.min()),
                "smallest_cluster_ratio": share,
                "largest_valley_ratio": float(valley.max()),
                "apart_share_ratio": float(sizes[valley <= rules.apart_valley_ratio].sum() / sizes.sum()),
                "is_eligible": share >= rules.eligible_share_ratio
                and jaccard.min() >= rules.eligible_jaccard_ratio,
                "is_chosen": False,
            }
        )
    quality = pd.DataFrame(rows).astype(QUALITY_COLUMNS)
    stands_apart = quality["is_eligible"] & (quality["apart_share_ratio"] >= rules.apart_share_ratio)
    quality["is_eligible"] &= stands_apart.any()
    quality["is_chosen"] = quality["k"] == _chosen_k(quality, rules)
    return ClusterTrials("ok", transform, quality, divisions, rules)


def assign_clusters(features: pd.DataFrame, transform: pd.DataFrame, centroids: pd.DataFrame) -> pd.DataFrame:
    """The nearest centroid of each customer: the reference for the assignment written in SQL.

    Parameters
    ----------
    features
        Row per customer with a column per feature of the transform, nothing missing.
    transform, centroids
        As in `ClusterResult`.

    Returns
    -------
    DataFrame
        `cluster_id` (the smaller one on equal distance) and `distance_to_centroid` (Euclidean, in transformed
        space), with the index of the features.

    Raises
    ------
    ValueError
        For a feature that is missing from the columns, or missing or infinite in rows.
    """
    raw = _checked_features(features, transform["feature"].tolist(), key_column=None)
    wide = _wide_centroids(centroids, transform["feature"].tolist())
    distances = cdist(_transformed(raw, transform), wide.to_numpy())
    nearest = distances.argmin(axis=1)
    return pd.DataFrame(
        {
            "cluster_id": wide.index.to_numpy(dtype="int64")[nearest],
            "distance_to_centroid": distances[np.arange(len(nearest)), nearest],
        },
        index=features.index,
    )


def _check_settings(
    features: list[str],
    log_columns: Sequence[str],
    *,
    k: int | None,
    k_range: tuple[int, int],
    starts: int,
    eligible_share_ratio: float,
    bootstraps: int,
) -> None:
    strangers = sorted(set(log_columns) - set(features))
    if strangers:
        raise ValueError(f"log_columns: {strangers} are not features")
    if not features or len(set(features)) < len(features):
        raise ValueError("feature_columns: at least one, each once")
    if k is not None and k < 1:
        raise ValueError(f"k: must be at least 1, got {k}")
    if not 2 <= k_range[0] <= k_range[1]:
        raise ValueError(f"k_range: needs 2 <= first <= last, got {k_range}")
    if starts < 3:
        raise ValueError(f"starts: must be at least 3, got {starts}")
    if bootstraps < 1:
        raise ValueError(f"bootstraps: must be at least 1, got {bootstraps}")
    if not 0 <= eligible_share_ratio < 1:
        raise ValueError(f"eligible_share_ratio: must be in [0, 1), got {eligible_share_ratio}")


def _checked_features(frame: pd.DataFrame, features: list[str], *, key_column: str | None) -> np.ndarray:
    """Feature values, shape (rows, features), sorted by the key if there is one."""
    needed = [*features, key_column] if key_column is not None else features
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
    if key_column is not None:
        repeated_count = int(frame[key_column].duplicated().sum())
        if repeated_count:
            raise ValueError(f"{key_column}: {repeated_count} rows repeat a key")
        frame = frame.sort_values(key_column, kind="stable")
    values = frame.loc[:, features].astype("float64").to_numpy()
    for column, bad_count in zip(features, (~np.isfinite(values)).sum(axis=0), strict=True):
        if bad_count:
            raise ValueError(f"{column}: {bad_count} rows are missing or not finite")
    return values


def _fit_transform(raw: np.ndarray, features: list[str], log_columns: Sequence[str]) -> pd.DataFrame:
    is_log = np.array([feature in set(log_columns) for feature in features])
    values = np.where(is_log, _signed_log1p(raw), raw)
    if len(values):
        lower, upper = np.percentile(values, [LOWER_PERCENTILE, UPPER_PERCENTILE], axis=0)
        cut = np.clip(values, lower, upper)
        mean, deviation = cut.mean(axis=0), cut.std(axis=0)
        # A column without spread says nothing; rounding must not turn it into a feature.
        deviation = np.where(deviation > 1e-9 * np.maximum(1.0, np.abs(mean)), deviation, 1.0)
    else:
        lower, upper, mean, deviation = (np.full(len(features), fill) for fill in (0.0, 0.0, 0.0, 1.0))
    columns = (features, is_log, lower, upper, mean, deviation)
    return pd.DataFrame(dict(zip(TRANSFORM_COLUMNS, columns, strict=True))).astype(TRANSFORM_COLUMNS)


def _transformed(raw: np.ndarray, transform: pd.DataFrame) -> np.ndarray:
    values = np.where(transform["is_log"].to_numpy(), _signed_log1p(raw), raw)
    lower, upper, mean, deviation = (
        transform[column].to_numpy()
        for column in ("lower_bound", "upper_bound", "mean", "standard_deviation")
    )
    return (np.clip(values, lower, upper) - mean) / deviation


def _signed_log1p(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.log1p(np.abs(values))


def _pick(random: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Positions of a sample without replacement, all of them if there are few."""
    return np.arange(count) if count <= size else np.sort(random.choice(count, size, replace=False))


def good_enough(quality: pd.DataFrame, rules: ClusterRules, *, silhouette_tie: float) -> pd.Series:
    """Whether each k is eligible and either without clusters that run together or near the best."""
    eligible = quality["is_eligible"]
    best = quality.loc[eligible, "silhouette_score"].max()
    is_apart = quality["largest_valley_ratio"] <= rules.largest_valley_ratio
    return eligible & (is_apart | (quality["silhouette_score"] >= best - silhouette_tie))


def _chosen_k(quality: pd.DataFrame, rules: ClusterRules) -> int:
    good = good_enough(quality, rules, silhouette_tie=rules.silhouette_tie)
    if good.any():
        return int(quality.loc[good, "k"].max())
    return int(quality.loc[quality["minimum_jaccard_ratio"].idxmax(), "k"])


def _typical_distances(points: np.ndarray, centers: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Median distance of a cluster's points to its centre; NaN for an empty cluster."""
    distances = np.linalg.norm(points - centers[labels], axis=1)
    members = [distances[labels == number] for number in range(len(centers))]
    return np.array([np.median(own) if len(own) else np.nan for own in members])


def _described(
    trials: ClusterTrials,
    quality: pd.DataFrame,
    division: tuple[np.ndarray, ...],
    previous_centroids: pd.DataFrame | None,
    previous_transform: pd.DataFrame | None,
) -> ClusterResult:
    """Number the clusters and lay the result out as frames."""
    transform, features = trials.transform, trials.transform["feature"].tolist()
    words = {
        "stable_jaccard": trials.rules.persona_jaccard_ratio,
        "valid_jaccard": trials.rules.eligible_jaccard_ratio,
    }
    centers, sizes, jaccard, typical_distances, valley = (
        values[np.lexsort((*division[0].T[::-1], -division[1]))] for values in division
    )
    ids, previous_distances = np.arange(1, len(sizes) + 1), np.full(len(sizes), np.nan)
    if previous_centroids is not None and len(previous_centroids):
        ids, previous_distances = _matched_ids(
            centers, features, transform, previous_centroids, previous_transform
        )
    order = np.argsort(ids)
    ids, centers, sizes, jaccard = ids[order], centers[order], sizes[order], jaccard[order]
    centroids = pd.DataFrame(
        {
            "cluster_id": np.repeat(ids, len(features)),
            "feature": np.tile(np.array(features, dtype=object), len(ids)),
            "value": centers.ravel(),
        }
    ).astype(CENTROID_COLUMNS)
    stability = pd.DataFrame(
        {
            "cluster_id": ids,
            "jaccard_ratio": jaccard,
            "size_count": sizes,
            "share_ratio": sizes / max(int(sizes.sum()), 1),
            "status": [stability_status(value, **words) for value in jaccard],
            "previous_distance": previous_distances[order],
            "typical_distance": typical_distances[order],
            "valley_ratio": valley[order],
            "is_eligible": bool(quality.loc[quality["is_chosen"], "is_eligible"].all()),
        }
    ).astype(STABILITY_COLUMNS)
    return ClusterResult(trials.status, transform, centroids, quality, stability)


def _matched_ids(
    centers: np.ndarray,
    features: list[str],
    transform: pd.DataFrame,
    previous_centroids: pd.DataFrame,
    previous_transform: pd.DataFrame | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Ids of matched previous clusters (new ids above the largest for the others), and the distances."""
    shared = [feature for feature in features if feature in set(previous_centroids["feature"])]
    previous = _wide_centroids(previous_centroids, shared)
    known = previous.to_numpy()
    if previous_transform is not None:
        old = previous_transform.set_index("feature").loc[shared]
        new = transform.set_index("feature").loc[shared]
        known = known * old["standard_deviation"].to_numpy() + old["mean"].to_numpy()
        known = (known - new["mean"].to_numpy()) / new["standard_deviation"].to_numpy()
    distances = cdist(centers[:, [features.index(feature) for feature in shared]], known)
    rows, columns = linear_sum_assignment(distances)
    ids, matched_distances = np.zeros(len(centers), dtype="int64"), np.full(len(centers), np.nan)
    ids[rows] = previous.index.to_numpy()[columns]
    matched_distances[rows] = distances[rows, columns]
    unmatched = np.flatnonzero(ids == 0)
    ids[unmatched] = int(previous.index.max()) + 1 + np.arange(len(unmatched))
    return ids, matched_distances


def _wide_centroids(centroids: pd.DataFrame, features: list[str]) -> pd.DataFrame:
    """Centroids with a row per cluster, by rising id, and a column per feature in the order given."""
    wide = centroids.pivot_table(index="cluster_id", columns="feature", values="value", aggfunc="first")
    return wide.reindex(columns=features).sort_index()


def _undivided(points: np.ndarray, transform: pd.DataFrame, rules: ClusterRules) -> ClusterTrials:
    """Everybody in cluster 1, which nothing vouches for; no clusters at all without customers."""
    count = min(len(points), 1)
    quality = pd.DataFrame({"k": [1] * count, "is_eligible": [False] * count, "is_chosen": [True] * count})
    quality = quality.reindex(columns=list(QUALITY_COLUMNS)).astype(QUALITY_COLUMNS)
    centers = points.mean(axis=0, keepdims=True) if count else np.empty((0, len(transform)))
    sizes = np.full(count, len(points))
    unknown = np.full(count, np.nan)
    typical = _typical_distances(points, centers, np.zeros(len(points), dtype=int)) if count else unknown
    division = (centers, sizes, unknown, typical, unknown)
    return ClusterTrials("too_few_customers", transform, quality, {1: division}, rules)
