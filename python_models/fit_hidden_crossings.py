"""The cells of crossings of two schemes that are not shown, from counts per cell: never from customers."""

from customer_segmentation.dbt_frames import settings_of, to_pandas
from customer_segmentation.small_cells import hidden_crossings


def model(dbt, session):
    dbt.config(materialized="table")
    settings = settings_of(dbt.ref("settings"), "micro")
    return hidden_crossings(
        to_pandas(dbt.ref("label_crossings")),
        fewest_customers_count=int(settings["fewest_customers_count"]),
    )
