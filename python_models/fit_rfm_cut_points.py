"""The RFM cut points of every as-of date and group, from 101 percentiles per metric: never from customers."""

from customer_segmentation.dbt_frames import to_pandas
from customer_segmentation.rfm import fit_rfm_cut_points


def model(dbt, session):
    dbt.config(materialized="table")
    percentiles = to_pandas(dbt.ref("int_rfm_value_percentiles"))
    return fit_rfm_cut_points(percentiles)
