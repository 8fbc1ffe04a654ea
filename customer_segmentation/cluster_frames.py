"""A clustering as one tidy frame, since a dbt Python model returns one table."""

from __future__ import annotations

import pandas as pd

from customer_segmentation.clusters import ClusterResult

COLUMNS = {
    "part": "str",
    "cluster_id": "Int64",
    "feature": "str",
    "measure": "str",
    "value": "float64",
    "status": "str",
}


def cluster_frame(result: ClusterResult) -> pd.DataFrame:
    """All that SQL needs to assign and describe clusters.

    Returns
    -------
    DataFrame
        One row per number: `part` (`transform`, `centroid`, `quality`, `stability`), `cluster_id` (null where
        the part has none; the number of clusters k for `quality`), `feature`, `measure` (name of the number),
        `value`, and `status` (of the fit, or of the cluster for `stability`).
    """
    transform = result.transform.assign(is_log=result.transform["is_log"].astype("float64"))
    parts = [
        _long(transform, part="transform", keys=["feature"]),
        _long(
            result.centroids.rename(columns={"value": "centroid"}),
            part="centroid",
            keys=["cluster_id", "feature"],
        ),
        _long(
            result.quality.rename(columns={"k": "cluster_id"}).select_dtypes(["number", "bool"]),
            part="quality",
            keys=["cluster_id"],
        ),
        _long(result.stability, part="stability", keys=["cluster_id", "status"]),
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["status"] = frame["status"].fillna(result.status)
    return frame.loc[:, list(COLUMNS)].astype(COLUMNS)


def _long(frame: pd.DataFrame, *, part: str, keys: list[str]) -> pd.DataFrame:
    measures = [column for column in frame.columns if column not in keys]
    long = frame.astype(dict.fromkeys(measures, "float64")).melt(
        id_vars=keys, value_vars=measures, var_name="measure", value_name="value"
    )
    for column in ("cluster_id", "feature", "status"):
        if column not in long:
            long[column] = pd.NA
    return long.assign(part=part)[["part", "cluster_id", "feature", "measure", "value", "status"]].astype(
        {"cluster_id": "Int64", "feature": "object", "status": "object"}
    )
