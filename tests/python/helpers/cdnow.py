"""The published CDNOW purchases, which the package lifetimes carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest


def cdnow_file(name: str) -> Path:
    """A file of the package; the test is skipped where the package is not installed."""
    package = importlib.util.find_spec("lifetimes")
    if package is None or package.origin is None:
        pytest.skip("the package lifetimes, which carries the CDNOW files, is not installed")
    return Path(package.origin).parent / "datasets" / name


def cdnow_input(file_name: str, folder: Path, *, skiprows: int, columns: list[str]) -> Path:
    """A CDNOW file as customers and orders, nothing else; every line of the file is an order."""
    lines = pd.read_csv(
        cdnow_file(file_name),
        sep=r"\s+",
        header=None,
        skiprows=skiprows,
        names=columns,
        dtype={"customer_id": str, "day": str},
    )
    orders = pd.DataFrame(
        {
            "order_id": range(1, len(lines) + 1),
            "customer_id": lines["customer_id"],
            "ordered_at": pd.to_datetime(lines["day"]).dt.strftime("%Y-%m-%d"),
            "net_amount": lines["net_amount"],
        }
    )
    orders.to_csv(folder / "orders.csv", index=False)
    orders[["customer_id"]].drop_duplicates().to_csv(folder / "customers.csv", index=False)
    return folder
