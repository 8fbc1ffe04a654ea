"""Settings that cannot be meant stop dbt; all are told in one refusal, each with what it may be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from customer_segmentation.loading import load_folder
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT
from helpers.hostile_settings import HOSTILE, MEANT, accepted_by_setting
from helpers.parsed_dbt import read_parsed
from helpers.refreshed import Refreshed, dbt

pytestmark = pytest.mark.warehouse

READ_BY = {
    "as_of_date": "int_as_of_dates",
    "history_months": "int_as_of_dates",
    "input_tables": "stg_customers",
    "reporting_time_zone": "stg_customers",
    "reporting_currency": "int_reporting_currency",
    "contract_observation_start": "int_contract_renewals",
}  # the others: int_customer_rfm_measures_as_of


@pytest.fixture(scope="module")
def refused_with(
    example: Refreshed, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[dict[str, object]], str]]:
    """What dbt says of settings. One process for all: it is its sentences that matter here, not its start."""
    folder = tmp_path_factory.mktemp("settings")
    shutil.copy(example.build_file, folder / "build.duckdb")
    parsed = read_parsed(parsed_project)

    def said(settings: dict[str, object]) -> str:
        models = {READ_BY.get(setting, "int_customer_rfm_measures_as_of") for setting in settings}
        words = ("run", "--vars", json.dumps(settings), "--select", *models, "--quiet")
        done = dbtRunner(manifest=parsed).invoke([*words])
        assert not done.success
        return str(done.exception) + "".join(str(one.message) for one in done.result or ())

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv("CUSTOMER_SEGMENTATION_WAREHOUSE", str(folder))
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        patch.setenv("DBT_LOG_PATH", str(folder / "logs"))
        yield said


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "1.0e+13", "2026-06-30"])
def test_a_changed_row_of_a_seed_holds_a_number_that_can_be_meant(
    example: Refreshed, parsed_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.chdir(ROOT)
    for name, folder in {
        "CUSTOMER_SEGMENTATION_WAREHOUSE": "",
        "DBT_TARGET_PATH": "target",
        "DBT_LOG_PATH": "logs",
    }.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    shutil.copy(example.build_file, tmp_path / "build.duckdb")
    row = f"{{topic: gate, setting: ranked_buyers_count, setting_value: {value}}}"

    done = dbtRunner(manifest=read_parsed(parsed_project)).invoke(
        ["seed", "--select", "settings", "--vars", f"changed_rows: {{settings: [{row}]}}", "--quiet"]
    )

    (seed,) = [one for one in done.result if one.node.resource_type == "seed"]
    assert "it must be a number, a text, true, false or null" in seed.message


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("as_of_date", "2026-06-30' or 1=1 --", "must be 'today', 'last_refresh' or a real date"),
        ("as_of_date", "2026-02-30", "must be 'today', 'last_refresh' or a real date"),
        ("input_tables", ["custommers", "orders"], "the nearest is 'customers'"),
        ("history_months", "many", "must be a whole number of months from 0 to 240"),
        ("reporting_time_zone", "Mars/Olympus", "must be the name of a known time zone"),
        ("reporting_currency", "euro", "a currency code such as EUR"),
        ("contract_observation_start", "last_year", "must be 'first_start', 'first_end' or a real date"),
        ("rfm_window_days", -1, "must be a whole number of days from 0 to 36500"),
        ("rfm_window_days", 30.5, "must be a whole number of days"),
        ("rfm_frequency", "visits", "must be one of orders, purchase_days"),
        ("rfm_group", "gender", "must be one of none, customer_type, country_code, sales_region, region"),
        ("rfm_cut_points", "mine", "must be one of fitted, own"),
        ("rfm_base_date", "2026-02-30", "must be 'first' or a real date"),
        (
            "rfm_weights",
            [1, 2, 3],
            "must be a number from 0 to 1000 for each of recency, frequency, monetary",
        ),
        (
            "rfm_weights",
            {"recency": 1, "frequency": 1},
            "must be a number from 0 to 1000 for each of recency, frequency, monetary",
        ),
        (
            "rfm_weights",
            {"recency": 1, "frequency": 1, "monetary": -1},
            "must be a number from 0 to 1000 for each of recency, frequency, monetary",
        ),
        ("rfm_weights", {"recency": 0, "frequency": 0, "monetary": 0}, "not all 0"),
    ],
)
def test_a_bad_setting_stops_dbt_with_one_sentence(
    refused_with: Callable[[dict[str, object]], str], setting: str, value: object, sentence: str
) -> None:
    said = refused_with({setting: value})
    assert f"The setting '{setting}'" in said
    assert sentence in said


def test_all_settings_that_cannot_be_meant_are_told_together(
    refused_with: Callable[[dict[str, object]], str],
) -> None:
    said = refused_with(
        {
            "history_months": 12.5,
            "raw_schema": "raw; drop table customers",
            "guests_by_email": True,
            "clv_margin_ratio": float("nan"),
            "changed_rows": ["settings"],
            "rfm_windows_days": 30,
        }
    )
    for setting in ("history_months", "raw_schema", "guests_by_email", "clv_margin_ratio", "changed_rows"):
        assert said.count(f"The setting '{setting}' is") == 1, said
    assert "There is no setting 'rfm_windows_days'; the nearest is 'rfm_window_days'." in said


def test_no_hostile_value_passes_for_any_setting(
    refused_with: Callable[[dict[str, object]], str], parsed_project: Path
) -> None:
    """The fixture gives dbt a warehouse; nothing of this one is run."""
    accepted = accepted_by_setting(read_parsed(parsed_project))
    assert len(HOSTILE) > 80
    assert len(accepted) > 15
    assert {(name, value) for name, values in accepted.items() for value in values} == MEANT


def test_sql_in_the_schema_of_the_sources_is_not_run(tmp_path: Path) -> None:
    """dbt lets no macro into the YAML of sources, so there the value stands as it was given."""
    delivered, written = tmp_path / "input", tmp_path / "written.csv"
    delivered.mkdir()
    (delivered / "customers.csv").write_text("customer_id\nA\n")
    (delivered / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,A,2026-01-05\n")
    load_folder(delivered, Warehouse(tmp_path / "warehouse"), ROOT)
    schema = f"raw'; copy (select 1 as a) to '{written}'; select '"
    settings = json.dumps({"raw_schema": schema, "input_tables": ["customers", "orders"]})
    done = dbt(tmp_path / "warehouse", "compile", "--select", "+stg_customers", "--vars", settings)
    assert not written.exists()
    assert done.returncode != 0
    assert "The setting 'raw_schema' is" in done.stdout
