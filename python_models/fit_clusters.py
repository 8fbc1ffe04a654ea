"""Clusters of habits: transform, centroids, quality and stability, fitted on a bounded sample."""

from customer_segmentation.cluster_frames import cluster_frame
from customer_segmentation.clusters import fit_clusters
from customer_segmentation.dbt_frames import to_pandas


def model(dbt, session):
    dbt.config(materialized="table")
    sample = to_pandas(dbt.ref("int_cluster_sample"))
    features = [column for column in sample.columns if column != "customer_id"]
    result = fit_clusters(
        sample,
        key_column="customer_id",
        feature_columns=features,
        log_columns=[feature for feature in features if not feature.endswith("_ratio")],
        random_state=0,
    )
    return cluster_frame(result)
