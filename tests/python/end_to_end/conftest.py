"""Whole refreshes through the console script, each in a warehouse folder of its own; the shared ones run once."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from customer_segmentation.example import generate_example_company

ROOT = Path(__file__).resolve().parents[3]
PUBLIC_DATA_VARIABLE = "CUSTOMER_SEGMENTATION_PUBLIC_DATA"
EXAMPLE_UNTIL = date(2026, 6, 30)


@dataclass(frozen=True)
class Refreshed:
    """A warehouse folder after a refresh."""

    warehouse: Path

    @property
    def published_file(self) -> Path:
        return self.warehouse / "published" / "segments.duckdb"

    @property
    def build_file(self) -> Path:
        return self.warehouse / "build.duckdb"

    def published(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.published_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def built(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def published_frame(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.published_file), read_only=True) as connection:
            return connection.execute(sql).df()

    def built_frame(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            return connection.execute(sql).df()


def command(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the console script as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "customer_segmentation.cli", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def refresh(input_folder: Path, warehouse: Path, as_of: str, *more: str) -> Refreshed:
    """A refresh that must succeed."""
    done = command("refresh", "--input", input_folder, "--as-of", as_of, "--warehouse", warehouse, *more)
    assert done.returncode == 0, done.stderr + done.stdout
    return Refreshed(warehouse)


def dbt(warehouse: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Plain dbt in the project folder with the checked-in profile, on a warehouse folder."""
    return subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "CUSTOMER_SEGMENTATION_WAREHOUSE": str(warehouse),
            "DBT_TARGET_PATH": str(warehouse / "plain_target"),
            "DBT_LOG_PATH": str(warehouse / "plain_logs"),
            "DO_NOT_TRACK": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example company, small: 1,000 customers."""
    folder = tmp_path_factory.mktemp("example")
    generate_example_company(folder, customers=1_000, seed=7, until=EXAMPLE_UNTIL)
    return folder


@pytest.fixture(scope="session")
def example(example_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """The example company, refreshed on its last day. Shared: do not change it."""
    return refresh(example_folder, tmp_path_factory.mktemp("warehouse"), EXAMPLE_UNTIL.isoformat())


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data sets; the test is skipped where there is none."""
    folder = Path(os.environ.get(PUBLIC_DATA_VARIABLE, ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not there; name their folder in {PUBLIC_DATA_VARIABLE}")
    return folder


def cdnow_input(file_name: str, folder: Path, *, skiprows: int, columns: list[str]) -> Path:
    """A CDNOW file as customers and orders, nothing else; every line of the file is an order."""
    package = importlib.util.find_spec("lifetimes")
    if package is None or package.origin is None:
        pytest.skip("the package lifetimes, which carries the CDNOW files, is not installed")
    lines = pd.read_csv(
        Path(package.origin).parent / "datasets" / file_name,
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


@pytest.fixture(scope="session")
def cdnow_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published sample of 2,357 customers."""
    columns = ["master_id", "customer_id", "day", "quantity", "net_amount"]
    return cdnow_input("CDNOW_sample.txt", tmp_path_factory.mktemp("cdnow"), skiprows=0, columns=columns)


@pytest.fixture(scope="session")
def cdnow_master_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All 23,570 customers."""
    columns = ["customer_id", "day", "quantity", "net_amount"]
    return cdnow_input("CDNOW_master.txt", tmp_path_factory.mktemp("cdnow_all"), skiprows=1, columns=columns)
