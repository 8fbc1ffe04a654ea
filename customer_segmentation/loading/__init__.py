"""Loading a folder of files into the schema `raw` of the build file, all tables or none."""

from customer_segmentation.loading.load import LoadedTable, LoadReport, load_folder

__all__ = ["LoadReport", "LoadedTable", "load_folder"]
