"""The folder tree is the architecture: what may read what, what may stand where, and how long a file may be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

Models = list[dict[str, Any]]
SQL_FILES = sorted((ROOT / "models").rglob("*.sql"))
YAML_FILES = sorted(
    file for folder in ("models", "seeds", "tests") for file in (ROOT / folder).rglob("*.yml")
)


def parents(model: dict[str, Any]) -> list[str]:
    return model["depends_on"]["nodes"]


def without_comments(sql: str) -> str:
    return re.sub(r"--.*|\{#.*?#\}", "", sql, flags=re.DOTALL if "{#" in sql else 0)


def test_only_staging_reads_sources(models: Models) -> None:
    readers = {
        model["name"] for model in models if any(node.startswith("source.") for node in parents(model))
    }
    assert readers
    assert all(name.startswith("stg_") for name in readers)


def test_staging_reads_its_own_source_and_seeds_only(models: Models) -> None:
    for model in models:
        if not model["name"].startswith("stg_"):
            continue
        own_source = "source.customer_segmentation.raw." + model["name"].removeprefix("stg_")
        assert {node for node in parents(model) if not node.startswith("seed.")} == {own_source}, model[
            "name"
        ]


def test_python_stands_in_python_models_only(models: Models) -> None:
    python = {model["original_file_path"].split("/")[0] for model in models if model["language"] == "python"}
    assert python == {"python_models"}
    sql = {model["original_file_path"].split("/")[0] for model in models if model["language"] == "sql"}
    assert sql == {"models"}


def test_only_marts_hold_labels() -> None:
    labelled = [
        file.relative_to(ROOT)
        for file in SQL_FILES
        if "marts" not in file.parts and re.search(r"\bas \w+_segment\b", file.read_text())
    ]
    assert labelled == []


@pytest.mark.parametrize("file", SQL_FILES, ids=lambda file: file.stem)
def test_model_is_short_and_reads_no_clock_and_no_raw_setting(file: Path) -> None:
    text = file.read_text()
    assert text.count("\n") <= 100
    assert not re.search(
        r"\b(current_date|current_timestamp|now\(\)|getdate\(\)|today\(\)|ntile\()", text, re.I
    )
    assert not re.search(r"\bvar\(", text), "settings come through a validating macro"
    if "marts" in file.parts or "intermediate" in file.parts:
        assert not re.search(r"\{%-? if", text), "no ladders of conditions in business SQL"


def test_only_the_spine_asks_for_the_as_of_date() -> None:
    callers = [file.stem for file in SQL_FILES if "as_of_date()" in file.read_text()]
    assert callers == ["int_as_of_dates"]


@pytest.mark.parametrize("file", YAML_FILES, ids=lambda file: file.stem)
def test_yaml_is_short(file: Path) -> None:
    assert file.read_text().count("\n") < 300


def test_python_models_are_thin() -> None:
    for file in (ROOT / "python_models").glob("*.py"):
        text = file.read_text()
        assert text.count("\n") <= 35, file.name
        assert not re.search(r"\bselect\b.*\bfrom\b", text, re.I), file.name


def test_dialects_stand_in_one_folder() -> None:
    dispatched = {
        file.parent.name
        for file in (ROOT / "macros").rglob("*.sql")
        if "adapter.dispatch" in file.read_text()
        or re.search(r"macro (duckdb|spark|postgres)__", file.read_text())
    }
    assert dispatched == {"cross_db"}
