"""What is made once for all tests: the parsed project, and each data set with its refresh. Shared: do not change it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from customer_segmentation.example import generate_example_company
from helpers import ROOT
from helpers.cdnow import cdnow_input
from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, refresh

PUBLIC_DATA_VARIABLE = "CUSTOMER_SEGMENTATION_PUBLIC_DATA"


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """dbt's manifest of the project; parsing needs no warehouse."""
    folder = tmp_path_factory.mktemp("parsed")
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "parse", "--no-partial-parse"],
        cwd=ROOT,
        env={
            **os.environ,
            "CUSTOMER_SEGMENTATION_WAREHOUSE": str(folder),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DO_NOT_TRACK": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return json.loads((folder / "target" / "manifest.json").read_text())


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The project's own models."""
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["package_name"] == "customer_segmentation"
    ]


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


@pytest.fixture(scope="session")
def retailer(public_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """Online Retail, a day after its last order."""
    folder, warehouse = public_data / "online-retail", tmp_path_factory.mktemp("retailer")
    return refresh(folder, warehouse, "2011-12-10", "--adapter", "online_retail")


@pytest.fixture(scope="session")
def crm(public_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """The deals of CRM Sales Opportunities at the end of their last year."""
    folder, warehouse = public_data / "crm-sales-opportunities", tmp_path_factory.mktemp("crm")
    return refresh(folder, warehouse, "2017-12-31", "--adapter", "crm_sales_opportunities")


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


@pytest.fixture(scope="session")
def cdnow_refreshed(cdnow_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """The published sample at the end of its calibration period."""
    return refresh(cdnow_folder, tmp_path_factory.mktemp("cdnow_warehouse"), "1997-09-30")
