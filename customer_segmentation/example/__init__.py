"""The example company: input tables of any size with a planted, separately stored truth."""

from customer_segmentation.example.company import generate_example_company

__all__ = ["generate_example_company"]
