"""Clusters of habits per date and group: transform, centroids, quality, stability, from bounded samples."""

from customer_segmentation.clusters import ClusterRules
from customer_segmentation.dbt_frames import to_pandas
from customer_segmentation.personas import fit_personas


def model(dbt, session):
    dbt.config(materialized="table")
    settings = to_pandas(dbt.ref("settings")).query("topic == 'persona'")
    settings = settings.set_index("setting")["setting_value"]
    features = to_pandas(dbt.ref("cluster_features")).sort_values("position")
    labels = to_pandas(dbt.ref("segment_catalogue"))
    return fit_personas(
        to_pandas(dbt.ref("int_cluster_sample")),
        key_column="customer_id",
        feature_columns=features["feature"].tolist(),
        log_columns=features.loc[features["is_log"], "feature"].tolist(),
        random_state=0,
        rules=ClusterRules(**{name: settings[name] for name in ClusterRules.__annotations__}),
        largest_centroid_distance=settings["largest_centroid_distance"],
        largest_cluster_id=int(labels["segment"].str.fullmatch(r"persona_\d+").sum()),
    )
