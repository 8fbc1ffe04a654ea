"""Plain dbt after a refresh: one as-of date, the one of the refresh; how old the load is; dbt in a fresh copy.

The date comes in through the variable of the refresh where it can: a changed var makes dbt parse the whole project anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer_segmentation.dbt_build import AS_OF_VARIABLE
from helpers import ROOT
from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, dbt

pytestmark = pytest.mark.warehouse

SPINE = "model.customer_segmentation.int_as_of_dates"
LATER = EXAMPLE_UNTIL + timedelta(days=15)
LIST_SELECTORS = """
import contextlib, io, json, sys
from dbt.cli.main import dbtRunner

def models(name):
    words = ["--quiet", "ls", "--selector", name, "--resource-type", "model", "--output", "name"]
    with contextlib.redirect_stdout(io.StringIO()):
        return dbtRunner().invoke(words).result

print(json.dumps({name: models(name) for name in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def warehouse(example: Refreshed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the refreshed warehouse, for dbt to write into."""
    folder = tmp_path_factory.mktemp("plain_dates")
    shutil.copy(example.build_file, folder / "build.duckdb")
    return folder


@pytest.fixture(scope="module")
def after_the_spine(manifest: dict[str, Any]) -> list[str]:
    """The unique ids of all models that depend on int_as_of_dates."""
    found = [SPINE]
    for parent in found:
        found += [
            unique_id
            for unique_id, node in manifest["nodes"].items()
            if node["resource_type"] == "model"
            and parent in node["depends_on"]["nodes"]
            and unique_id not in found
        ]
    return found[1:]


def as_of_date(warehouse: Path, table: str = "intermediate.int_as_of_dates") -> date:
    """The latest as-of date of a table."""
    with duckdb.connect(str(warehouse / "build.duckdb"), read_only=True) as connection:
        row = connection.execute(f"select max(as_of_date) from {table}").fetchone()
    assert row
    return row[0]


def test_plain_dbt_builds_as_of_the_last_refresh(warehouse: Path) -> None:
    done = dbt(warehouse, "run", "--select", "int_as_of_dates", "int_customers_as_of")
    assert done.returncode == 0, done.stdout
    assert f"As of {EXAMPLE_UNTIL}." in done.stdout
    assert as_of_date(warehouse) == as_of_date(warehouse, "intermediate.int_customers_as_of") == EXAMPLE_UNTIL


def test_a_part_of_the_models_may_not_move_the_date(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AS_OF_VARIABLE, LATER.isoformat())
    done = dbt(warehouse, "run", "--select", "int_as_of_dates", "int_customers_as_of")
    assert done.returncode != 0
    assert f"is built as of {EXAMPLE_UNTIL}, and this run would build only a part of it as of {LATER}" in (
        " ".join(done.stdout.split())
    )
    assert f"--vars 'as_of_date: {EXAMPLE_UNTIL}'" in done.stdout
    assert as_of_date(warehouse) == as_of_date(warehouse, "intermediate.int_customers_as_of") == EXAMPLE_UNTIL


def test_a_run_without_the_as_of_dates_keeps_them_and_says_so(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AS_OF_VARIABLE, LATER.isoformat())
    done = dbt(warehouse, "run", "--select", "int_customers_as_of")
    assert done.returncode == 0, done.stdout
    assert f"As of {EXAMPLE_UNTIL}, not {LATER}" in done.stdout
    assert as_of_date(warehouse, "intermediate.int_customers_as_of") == EXAMPLE_UNTIL


def test_a_table_that_was_left_at_another_date_is_found(warehouse: Path) -> None:
    """As after a run that moved the date and broke off before the table."""
    words = ("test", "--select", "one_row_per_customer_customer_lifecycle_segments_")
    assert dbt(warehouse, *words).returncode == 0
    left = "update marts.customer_lifecycle_segments set as_of_date = as_of_date + {}"
    with duckdb.connect(str(warehouse / "build.duckdb")) as connection:
        connection.execute(left.format(-1))
    done = dbt(warehouse, *words)
    with duckdb.connect(str(warehouse / "build.duckdb")) as connection:
        connection.execute(left.format(1))
    assert done.returncode != 0
    assert "Failure in test one_row_per_customer_customer_lifecycle_segments_" in done.stdout


def test_a_selector_has_all_that_hangs_on_the_as_of_dates_or_leaves_them_alone(
    warehouse: Path, manifest: dict[str, Any], after_the_spine: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIST_SELECTORS, *manifest["selectors"]],
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
        check=True,
    )
    selected = {name: set(models) for name, models in json.loads(done.stdout).items()}
    assert selected
    assert all(selected.values())
    dependent = {unique_id.split(".")[-1] for unique_id in after_the_spine}
    left_out = {
        name: sorted(dependent - models)
        for name, models in selected.items()
        if SPINE.split(".")[-1] in models and dependent - models
    }
    assert left_out == {}


@pytest.fixture
def load_aged(warehouse: Path) -> Callable[[int], None]:
    """Make the load in the warehouse so many days old."""

    def aged(days: int) -> None:
        with duckdb.connect(str(warehouse / "build.duckdb")) as connection:
            loaded_at = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days)
            connection.execute("update raw.load_record set loaded_at = ?", [loaded_at])

    return aged


def freshness(warehouse: Path, *words: str) -> tuple[int, set[str]]:
    """Exit code of `dbt source freshness` and what it says of the sources."""
    done = dbt(warehouse, "source", "freshness", *words)
    results = json.loads((warehouse / "plain_target" / "sources.json").read_text())["results"]
    assert results, done.stdout
    return done.returncode, {result["status"] for result in results}


def test_sources_are_as_fresh_as_the_last_load(warehouse: Path, load_aged: Callable[[int], None]) -> None:
    assert freshness(warehouse) == (0, {"pass"})
    load_aged(3)
    assert freshness(warehouse, "--select", "source:raw.orders") == (0, {"warn"})
    load_aged(8)
    assert freshness(warehouse, "--select", "source:raw.orders") == (1, {"error"})


def test_a_run_of_everything_moves_the_date_to_the_one_that_is_asked_for(
    warehouse: Path, manifest: dict[str, Any], after_the_spine: list[str]
) -> None:
    """Everything is two models here: what depends on the as-of dates is taken out of the warehouse, but for one table."""
    kept = "int_orders_valued"
    with closing(duckdb.connect(str(warehouse / "build.duckdb"))) as connection:
        for unique_id in after_the_spine:
            node = manifest["nodes"][unique_id]
            if node["name"] != kept:
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"drop {kind} {node['schema']}.{node['alias']}")
    done = dbt(warehouse, "run", "--select", "int_as_of_dates", kept, "--vars", f"{{as_of_date: '{LATER}'}}")
    assert done.returncode == 0, done.stdout
    assert f"The as-of date moves from {EXAMPLE_UNTIL} to {LATER}" in done.stdout
    assert as_of_date(warehouse) == LATER


def test_dbt_debug_is_content_in_a_fresh_copy_of_the_project(tmp_path: Path) -> None:
    """What git keeps of the warehouse folder is enough for dbt to make the warehouse file in it."""
    for name in ("dbt_project.yml", "profiles.yml", "packages.yml", "selectors.yml", "warehouse/.gitkeep"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    environment = {name: value for name, value in os.environ.items() if "WAREHOUSE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "debug"],
        cwd=tmp_path,
        env={**environment, "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "All checks passed" in done.stdout
