"""Clusters inside groups of customers and over several dates, whose numbers are handed on from date to date.

Nothing is remembered between runs. The earlier dates are fitted again from their facts, oldest first, and
each fit is matched to the one before it; so the same facts give the same numbers, whoever computes them and
when. Where as many clusters as at the newest date are nearly as good at an earlier one, and come back in
resampling, the earlier date is divided into as many: of two equally good numbers of clusters in the past, a
few new customers could otherwise choose the other one and so change the numbers of today. A cluster keeps
its number only if its centre has moved by no more than a bound. Any other cluster gets a number that was
never used, so that one number never means two things (numbers of clusters that are gone come back only when
all others are taken).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from customer_segmentation.cluster_frames import COLUMNS, cluster_frame
from customer_segmentation.clusters import (
    ClusterResult,
    ClusterRules,
    ClusterTrials,
    good_enough,
    try_clusters,
)

LARGEST_K = 10
# how many silhouette ties an earlier date may lose by being divided into as many clusters as the newest
PRESENT_COUNT_TIES = 3
PERSONA_COLUMNS = {"as_of_date": "str", "persona_group": "str", **COLUMNS}


def fit_personas(
    sample: pd.DataFrame,
    *,
    key_column: str,
    feature_columns: Sequence[str],
    log_columns: Sequence[str],
    random_state: int,
    rules: ClusterRules,
    largest_centroid_distance: float,
    largest_cluster_id: int,
) -> pd.DataFrame:
    """Fit every date and group of a sample, oldest date first, with cluster numbers that persist.

    Parameters
    ----------
    sample
        One row per date, group and customer: `as_of_date` (text that sorts by date), `persona_group`, the key
        and the features, as for `fit_clusters`.
    largest_centroid_distance
        Distance in transformed space, between the centres of two dates, up to which they are one cluster.
    largest_cluster_id
        Where the numbers end, which is where the vocabulary of labels ends.

    Returns
    -------
    DataFrame
        The frames of `cluster_frame`, with `as_of_date` and `persona_group` in front. Numbers of clusters
        begin at 1 and are unique over the groups of a date. `previous_distance` is missing where a cluster is
        new.

    Raises
    ------
    ValueError
        For what `fit_clusters` refuses, a missing `as_of_date` or `persona_group`, and more groups than
        have room for two clusters each.
    """
    missing = [column for column in ("as_of_date", "persona_group") if column not in sample.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
    groups = sorted(sample["persona_group"].unique())
    if len(groups) > largest_cluster_id // 2:
        raise ValueError(f"persona_group: at most {largest_cluster_id // 2} groups, got {len(groups)}")
    largest_k = min(LARGEST_K, largest_cluster_id // max(len(groups), 1))
    dates = sorted(sample["as_of_date"].unique())

    trials = {
        date_and_group: try_clusters(
            rows,
            key_column=key_column,
            feature_columns=feature_columns,
            log_columns=log_columns,
            random_state=random_state,
            rules=rules,
            k_range=(2, largest_k),
        )
        for date_and_group, rows in sample.groupby(["as_of_date", "persona_group"], sort=True)
    }
    clusters_count = {
        group: tried.quality.loc[tried.quality["is_chosen"], "k"].max()
        for group in groups
        if (tried := trials.get((dates[-1], group))) is not None and tried.status == "ok"
    }
    previous: dict[str, ClusterResult] = {}
    used_ids: set[int] = set()
    frames = []
    for as_of_date in dates:
        fits = {}
        for group in groups:
            tried, before = trials.get((as_of_date, group)), previous.get(group)
            if tried is None:
                continue
            fits[group] = tried.result(
                k=_present_count(tried, clusters_count.get(group)),
                previous_centroids=before.centroids if before else None,
                previous_transform=before.transform if before else None,
            )
        fits = _renumbered(fits, used_ids, largest_centroid_distance, largest_cluster_id)
        # a group that could not be divided has nothing to hand on
        previous = {group: fit for group, fit in fits.items() if fit.status == "ok"}
        for group, fit in fits.items():
            frames.append(cluster_frame(fit).assign(as_of_date=as_of_date, persona_group=group))
    if not frames:
        return pd.DataFrame(columns=list(PERSONA_COLUMNS)).astype(PERSONA_COLUMNS)
    return pd.concat(frames, ignore_index=True)[list(PERSONA_COLUMNS)].astype(PERSONA_COLUMNS)


def _present_count(tried: ClusterTrials, count: int | None) -> int | None:
    """The count of the newest date, if it is nearly as good here; None where the rule stands or agrees."""
    quality, rules = tried.quality, tried.rules
    near = good_enough(quality, rules, silhouette_tie=PRESENT_COUNT_TIES * rules.silhouette_tie)
    as_good = quality.loc[near & (quality["k"] == count)]
    return None if as_good.empty or as_good["is_chosen"].iloc[0] else count


def _renumbered(
    fits: dict[str, ClusterResult], used_ids: set[int], largest_distance: float, largest_cluster_id: int
) -> dict[str, ClusterResult]:
    """Matched clusters within the distance keep their number, the others get new ones; `used_ids` grows."""
    kept = {
        group: fit.stability.loc[fit.stability["previous_distance"] <= largest_distance, "cluster_id"]
        for group, fit in fits.items()
    }
    taken = {int(number) for numbers in kept.values() for number in numbers}
    every = range(1, largest_cluster_id + 1)
    free = [number for number in every if number not in used_ids]
    free += [number for number in every if number in used_ids and number not in taken]
    numbered = {}
    for group, fit in fits.items():
        numbers = {int(number): int(number) for number in kept[group]}
        numbers |= {
            number: free.pop(0) for number in _along_the_features(fit.centroids) if number not in numbers
        }
        stability = fit.stability.assign(
            previous_distance=fit.stability["previous_distance"].where(
                fit.stability["cluster_id"].isin(kept[group])
            ),
            cluster_id=fit.stability["cluster_id"].map(numbers).astype("int64"),
        )
        centroids = fit.centroids.assign(cluster_id=fit.centroids["cluster_id"].map(numbers).astype("int64"))
        numbered[group] = ClusterResult(fit.status, fit.transform, centroids, fit.quality, stability)
        used_ids.update(numbers.values())
    return numbered


def _along_the_features(centroids: pd.DataFrame) -> list[int]:
    """Numbers of clusters by where in the list of features they differ from everybody, the middle of that.

    Unlike sizes, which are often nearly equal, this hardly changes from year to year.
    """
    features = {feature: position for position, feature in enumerate(centroids["feature"].unique())}
    weights = centroids["value"] ** 2
    middles = (
        centroids.assign(weight=weights, moment=weights * centroids["feature"].map(features))
        .groupby("cluster_id")[["moment", "weight"]]
        .sum()
    )
    middles = (middles["moment"] / middles["weight"].where(middles["weight"] > 0)).sort_values(kind="stable")
    return [int(number) for number in middles.index]
