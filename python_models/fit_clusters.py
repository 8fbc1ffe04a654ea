"""Clusters of habits per date and group: transform, centroids, quality, stability, from bounded samples."""

from customer_segmentation.dbt_frames import to_pandas
from customer_segmentation.personas import fit_personas


def model(dbt, session):
    dbt.config(materialized="table")
    sample = to_pandas(dbt.ref("int_cluster_sample"))
    settings = to_pandas(dbt.ref("settings")).query("topic == 'persona'")
    settings = settings.set_index("setting")["setting_value"]
    keys = ["as_of_date", "persona_group", "customer_id"]
    features = [column for column in sample.columns if column not in keys]
    return fit_personas(
        sample,
        key_column="customer_id",
        feature_columns=features,
        log_columns=[feature for feature in features if not feature.endswith("_ratio")],
        random_state=0,
        largest_centroid_distance=settings["largest_centroid_distance"],
        minimum_share=settings["eligible_share_ratio"],
        minimum_jaccard=settings["eligible_jaccard_ratio"],
        silhouette_tie=settings["silhouette_tie"],
    )
