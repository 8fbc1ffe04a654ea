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
from customer_segmentation.clusters import ClusterResult, fit_clusters

LARGEST_CLUSTER_ID = 20  # the vocabulary of labels ends there
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
    largest_centroid_distance: float,
    minimum_share: float,
    minimum_jaccard: float,
    silhouette_tie: float,
) -> pd.DataFrame:
    """Fit every date and group of a sample, oldest date first, with cluster numbers that persist.

    Parameters
    ----------
    sample
        One row per date, group and customer: `as_of_date` (text that sorts by date), `persona_group`, the key
        and the features, as for `fit_clusters`.
    largest_centroid_distance
        Distance in transformed space, between the centres of two dates, up to which they are one cluster.
    minimum_share, minimum_jaccard, silhouette_tie
        Bounds of the rule that chooses the number of clusters, see `clusters`.

    Returns
    -------
    DataFrame
        The frames of `cluster_frame`, with `as_of_date` and `persona_group` in front. Numbers of clusters are
        from 1 to 20 and unique over the groups of a date. `previous_distance` is missing where a cluster is
        new.

    Raises
    ------
    ValueError
        For what `fit_clusters` refuses, a missing `as_of_date` or `persona_group`, and more than ten groups.
    """
    missing = [column for column in ("as_of_date", "persona_group") if column not in sample.columns]
    if missing:
        raise ValueError(f"missing column: {', '.join(missing)}")
    groups = sorted(sample["persona_group"].unique())
    if len(groups) > LARGEST_CLUSTER_ID // 2:
        raise ValueError(f"persona_group: at most {LARGEST_CLUSTER_ID // 2} groups, got {len(groups)}")
    largest_k = min(LARGEST_K, LARGEST_CLUSTER_ID // max(len(groups), 1))
    dates = sorted(sample["as_of_date"].unique())

    def fitted(
        as_of_date: str, group: str, k: int | None, before: ClusterResult | None
    ) -> ClusterResult | None:
        rows = sample.loc[(sample["as_of_date"] == as_of_date) & (sample["persona_group"] == group)]
        if rows.empty:
            return None
        return fit_clusters(
            rows,
            key_column=key_column,
            feature_columns=feature_columns,
            log_columns=log_columns,
            random_state=random_state,
            k=k,
            k_range=(2, largest_k),
            minimum_share=minimum_share,
            minimum_jaccard=minimum_jaccard,
            silhouette_tie=silhouette_tie,
            previous_centroids=before.centroids if before else None,
            previous_transform=before.transform if before else None,
        )

    clusters_count: dict[str, int | None] = {}
    for group in groups if len(dates) > 1 else []:
        newest = fitted(dates[-1], group, None, None)
        if newest is not None and newest.status == "ok":
            clusters_count[group] = newest.stability["cluster_id"].nunique()
    previous: dict[str, ClusterResult] = {}
    used_ids: set[int] = set()
    frames = []
    for as_of_date in dates:
        fits = {}
        for group in groups:
            before, count = previous.get(group), clusters_count.get(group)
            fit = fitted(as_of_date, group, None, before)
            if fit is None:
                continue
            eligible = fit.quality.loc[fit.quality["is_eligible"]]
            near = eligible["silhouette_score"].max() - PRESENT_COUNT_TIES * silhouette_tie
            tried = eligible.loc[(eligible["k"] == count) & (eligible["silhouette_score"] >= near)]
            if len(tried) and not tried["is_chosen"].iloc[0]:
                fit = fitted(as_of_date, group, count, before) or fit
            fits[group] = fit
        fits = _renumbered(fits, used_ids, largest_centroid_distance)
        # a group that could not be divided has nothing to hand on
        previous = {group: fit for group, fit in fits.items() if fit.status == "ok"}
        for group, fit in fits.items():
            frames.append(cluster_frame(fit).assign(as_of_date=as_of_date, persona_group=group))
    if not frames:
        return pd.DataFrame(columns=list(PERSONA_COLUMNS)).astype(PERSONA_COLUMNS)
    return pd.concat(frames, ignore_index=True)[list(PERSONA_COLUMNS)].astype(PERSONA_COLUMNS)


def _renumbered(
    fits: dict[str, ClusterResult], used_ids: set[int], largest_distance: float
) -> dict[str, ClusterResult]:
    """Matched clusters within the distance keep their number, the others get new ones; `used_ids` grows."""
    kept = {
        group: fit.stability.loc[fit.stability["previous_distance"] <= largest_distance, "cluster_id"]
        for group, fit in fits.items()
    }
    taken = {int(number) for numbers in kept.values() for number in numbers}
    every = range(1, LARGEST_CLUSTER_ID + 1)
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
