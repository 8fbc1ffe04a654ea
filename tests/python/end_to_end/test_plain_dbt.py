"""After a refresh everyone who knows dbt can work in the project folder; single commands: test_printed_commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from helpers.refreshed import Refreshed, dbt

pytestmark = pytest.mark.warehouse


@pytest.fixture(scope="module")
def warehouse(example: Refreshed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the refreshed warehouse, for dbt to write into."""
    folder = tmp_path_factory.mktemp("plain")
    shutil.copy(example.build_file, folder / "build.duckdb")
    return folder


def test_dbt_build_is_green_and_deprecation_free(warehouse: Path) -> None:
    done = dbt(
        warehouse, "--warn-error-options", '{"error": ["Deprecations"]}', "build", "--no-partial-parse"
    )
    assert done.returncode == 0, done.stdout[-3000:]
    results = json.loads((warehouse / "plain_target" / "run_results.json").read_text())["results"]
    assert {result["status"] for result in results} <= {"success", "pass"}


def test_what_plain_dbt_built_is_what_the_refresh_built(warehouse: Path, example: Refreshed) -> None:
    rows = "select as_of_date, customer_id, scheme, segment, rule_id from marts.customer_segment_assignments order by all"
    built = Refreshed(warehouse).built(rows)
    assert len(built) > 10_000
    assert built == example.built(rows)
