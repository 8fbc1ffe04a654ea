"""Loading a folder of files into the schema `raw` of the build file, all tables or none."""

from customer_segmentation.loading.load import (
    LoadedTable,
    LoadReport,
    load_folder,
    read_wishes_of_call,
)

__all__ = ["LoadReport", "LoadedTable", "load_folder", "read_wishes_of_call"]
