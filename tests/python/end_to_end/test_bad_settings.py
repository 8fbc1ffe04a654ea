"""A setting that cannot be meant stops dbt with one sentence that says what it may be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from helpers import ROOT
from helpers.parsed_dbt import read_parsed
from helpers.refreshed import Refreshed

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
) -> Iterator[Callable[[str, object], str]]:
    """What dbt says of settings. One process for all: it is its sentences that matter here, not its start."""
    folder = tmp_path_factory.mktemp("settings")
    shutil.copy(example.build_file, folder / "build.duckdb")
    parsed = read_parsed(parsed_project)

    def said(setting: str, value: object) -> str:
        model = READ_BY.get(setting, "int_customer_rfm_measures_as_of")
        words = ("run", "--vars", json.dumps({setting: value}), "--select", model, "--quiet")
        done = dbtRunner(manifest=parsed).invoke([*words])
        assert not done.success
        return str(done.exception) + "".join(str(one.message) for one in done.result or ())

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv("CUSTOMER_SEGMENTATION_WAREHOUSE", str(folder))
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        patch.setenv("DBT_LOG_PATH", str(folder / "logs"))
        yield said


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("as_of_date", "2026-06-30' or 1=1 --", "must be 'today' or a real date"),
        ("as_of_date", "2026-02-30", "must be 'today' or a real date"),
        ("input_tables", ["custommers", "orders"], "the nearest is 'customers'"),
        ("history_months", "many", "must be a number from 0 to 240"),
        ("reporting_time_zone", "Mars/Olympus", "no known time zone"),
        ("reporting_currency", "euro", "a currency code such as EUR"),
        ("contract_observation_start", "last_year", "first_start, first_end or a date"),
        ("rfm_window_days", -1, "must be a number from 0 to 36500"),
        ("rfm_window_days", 30.5, "must be a whole number of days"),
        ("rfm_frequency", "visits", "must be one of orders, purchase_days"),
        ("rfm_group", "gender", "must be one of none, customer_type, country_code, sales_region, region"),
        ("rfm_cut_points", "mine", "must be one of fitted, own"),
        ("rfm_base_date", "2026-02-30", "must be 'first' or a real date"),
        ("rfm_weights", [1, 2, 3], "must give recency, frequency and monetary a number"),
        (
            "rfm_weights",
            {"recency": 1, "frequency": 1},
            "must give recency, frequency and monetary a number",
        ),
        (
            "rfm_weights",
            {"recency": 1, "frequency": 1, "monetary": -1},
            "must give recency, frequency and monetary a number",
        ),
        ("rfm_weights", {"recency": 0, "frequency": 0, "monetary": 0}, "not all 0"),
    ],
)
def test_a_bad_setting_stops_dbt_with_one_sentence(
    refused_with: Callable[[str, object], str], setting: str, value: object, sentence: str
) -> None:
    said = refused_with(setting, value)
    assert f"The setting '{setting}'" in said
    assert sentence in said
