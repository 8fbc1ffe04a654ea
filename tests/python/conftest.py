"""What is made once for all tests: the parsed project, and each data set with its refresh. Shared: do not change it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from customer_segmentation.example import generate_example_company
from helpers import ROOT
from helpers.businesses import AS_OF as BUSINESS_AS_OF
from helpers.businesses import purchases_of
from helpers.cdnow import cdnow_input
from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, command, refresh

PUBLIC_DATA_VARIABLE = "CUSTOMER_SEGMENTATION_PUBLIC_DATA"
MakeOnce = Callable[[str, Callable[[Path], object]], Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that no process is left alone with the last of them."""

    def weight(item: pytest.Item) -> int:
        return 2 * bool(item.get_closest_marker("slow")) + bool(item.get_closest_marker("warehouse"))

    heaviest: dict[Path, int] = {}
    for item in items:
        heaviest[item.path] = max(weight(item), heaviest.get(item.path, 0))
    items.sort(key=lambda item: -heaviest[item.path])


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> MakeOnce:
    """A folder that is filled once, whichever of the processes that run the tests comes first; the others wait."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "shared"
    shared.mkdir(exist_ok=True)

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        folder, filled = shared / name, shared / f"{name}.filled"
        with FileLock(shared / f"{name}.lock"):
            if not filled.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                filled.touch()
        return folder

    return made


def parse(folder: Path) -> None:
    """Let dbt parse the project; parsing needs no warehouse."""
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


@pytest.fixture(scope="session")
def manifest(make_once: MakeOnce) -> dict[str, Any]:
    """dbt's manifest of the project."""
    return json.loads((make_once("parsed", parse) / "target" / "manifest.json").read_text())


@pytest.fixture(scope="session")
def parsed_project(make_once: MakeOnce) -> Path:
    """The parsed project as dbt keeps it, for `helpers.parsed_dbt`."""
    return make_once("parsed", parse) / "target" / "partial_parse.msgpack"


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The project's own models."""
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["package_name"] == "customer_segmentation"
    ]


@pytest.fixture(scope="session")
def example_folder(make_once: MakeOnce) -> Path:
    """The example company, small: 1,000 customers."""
    return make_once(
        "example",
        lambda folder: generate_example_company(folder, customers=1_000, seed=7, until=EXAMPLE_UNTIL),
    )


@pytest.fixture(scope="session")
def example(example_folder: Path, make_once: MakeOnce) -> Refreshed:
    """The example company, refreshed on its last day. Shared: do not change it."""
    as_of = EXAMPLE_UNTIL.isoformat()
    return Refreshed(make_once("example_warehouse", lambda folder: refresh(example_folder, folder, as_of)))


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public data sets; the test is skipped where there is none."""
    folder = Path(os.environ.get(PUBLIC_DATA_VARIABLE, ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not there; name their folder in {PUBLIC_DATA_VARIABLE}")
    return folder


@pytest.fixture(scope="session")
def retailer(public_data: Path, make_once: MakeOnce) -> Refreshed:
    """Online Retail, a day after its last order."""
    folder, options = public_data / "online-retail", ("2011-12-10", "--adapter", "online_retail")
    return Refreshed(make_once("retailer", lambda warehouse: refresh(folder, warehouse, *options)))


@pytest.fixture(scope="session")
def crm(public_data: Path, make_once: MakeOnce) -> Refreshed:
    """The deals of CRM Sales Opportunities at the end of their last year."""
    folder = public_data / "crm-sales-opportunities"
    options = ("2017-12-31", "--adapter", "crm_sales_opportunities")
    return Refreshed(make_once("crm", lambda warehouse: refresh(folder, warehouse, *options)))


@pytest.fixture(scope="session")
def cdnow_folder(make_once: MakeOnce) -> Path:
    """The published sample of 2,357 customers."""
    columns = ["master_id", "customer_id", "day", "quantity", "net_amount"]
    return make_once(
        "cdnow", lambda folder: cdnow_input("CDNOW_sample.txt", folder, skiprows=0, columns=columns)
    )


@pytest.fixture(scope="session")
def cdnow_master_folder(make_once: MakeOnce) -> Path:
    """All 23,570 customers."""
    columns = ["customer_id", "day", "quantity", "net_amount"]
    return make_once(
        "cdnow_all", lambda folder: cdnow_input("CDNOW_master.txt", folder, skiprows=1, columns=columns)
    )


@pytest.fixture(scope="session")
def cdnow_refreshed(cdnow_folder: Path, make_once: MakeOnce) -> Refreshed:
    """The published sample at the end of its calibration period."""
    return Refreshed(make_once("cdnow_warehouse", lambda folder: refresh(cdnow_folder, folder, "1997-09-30")))


@pytest.fixture(scope="session")
def business(make_once: MakeOnce) -> Callable[[str], Refreshed]:
    """A made-up business of a kind after a refresh; every purchase day is an order. What was said stands in said.txt."""

    def fill(kind: str, folder: Path) -> None:
        orders = purchases_of(kind).rename(
            columns={"customer": "customer_id", "date": "ordered_at", "amount": "net_amount"}
        )
        delivered = folder / "input"
        delivered.mkdir()
        orders.assign(order_id=range(len(orders)), net_amount=orders["net_amount"].round(2)).to_csv(
            delivered / "orders.csv", index=False
        )
        orders[["customer_id"]].drop_duplicates().to_csv(delivered / "customers.csv", index=False)
        words = (
            "--input",
            delivered,
            "--as-of",
            f"{BUSINESS_AS_OF:%Y-%m-%d}",
            "--warehouse",
            folder / "warehouse",
        )
        done = command("refresh", *words)
        assert done.returncode == 0, done.stderr + done.stdout
        (folder / "said.txt").write_text(done.stdout + done.stderr)

    return lambda kind: Refreshed(
        make_once(f"business_{kind}", lambda folder: fill(kind, folder)) / "warehouse"
    )


@pytest.fixture(scope="session")
def software(public_data: Path, make_once: MakeOnce) -> Refreshed:
    """The subscriptions of RavenStack at the end of their last year, dates as a spreadsheet left them."""
    folder = public_data / "ravenstack-saas" / "raw"
    options = ("2024-12-31", "--adapter", "ravenstack_saas")
    return Refreshed(make_once("software", lambda warehouse: refresh(folder, warehouse, *options)))
