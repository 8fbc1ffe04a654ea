"""After a refresh everyone who knows dbt can work in the project folder, with no other setting."""

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


@pytest.mark.parametrize(
    "words",
    [
        ("seed",),
        ("run",),
        # all of them: the whole build below
        ("test", "--select", "path:models/marts/core"),
        ("build", "--select", "path:models/marts/lifecycle"),
        ("docs", "generate"),
    ],
    ids=" ".join,
)
def test_plain_dbt_is_green(warehouse: Path, words: tuple[str, ...]) -> None:
    done = dbt(warehouse, *words)
    assert done.returncode == 0, done.stdout[-3000:]


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


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ('as_of_date: "2026-06-30\' or 1=1 --"', "must be 'today' or a real date"),
        ("as_of_date: '2026-02-30'", "must be 'today' or a real date"),
        ("input_tables: [custommers, orders]", "the nearest is 'customers'"),
        ("history_months: many", "must be a number from 0 to 240"),
        ("reporting_time_zone: Mars/Olympus", "no known time zone"),
        ("reporting_currency: euro", "a currency code such as EUR"),
        ("contract_observation_start: last_year", "first_start, first_end or a date"),
    ],
)
def test_a_bad_setting_stops_the_run_with_one_sentence(warehouse: Path, setting: str, sentence: str) -> None:
    done = dbt(
        warehouse,
        "run",
        "--vars",
        "{" + setting + "}",
        "--select",
        "int_as_of_dates",
        "stg_customers",
        "int_reporting_currency",
        "int_contract_renewals",
    )
    assert done.returncode != 0
    assert sentence in done.stdout
