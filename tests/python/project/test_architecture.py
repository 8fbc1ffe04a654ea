"""The folder tree is the architecture: what may read what, what may stand where, and how much there may be.

Each test lists all offenders at once.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from helpers import ROOT

Models = list[dict[str, Any]]
MOST_MODELS, FAMILIES = 150, 7  # every family after these may bring as many as a family may have
MOST_FILES_OF_A_FAMILY, MOST_MODELS_OF_A_FAMILY = 8, 6
KEY_TESTS = {"unique", "unique_combination_of_columns", "one_row_per_customer"}
KEY_ARGUMENTS = ("unique", "keys")  # of rows_hold, which is a key test with one of them only
# A data test costs a refresh as much as a small model, whatever it checks.
MOST_DATA_TESTS, MOST_DATA_TESTS_OF_A_FAMILY = 255, 20
SQL_FILES = sorted((ROOT / "models").rglob("*.sql"))
YAML_FILES = sorted(
    file for folder in ("models", "seeds", "tests") for file in (ROOT / folder).rglob("*.yml")
)


LONGEST_MODEL = 80
# Rows without a key of their own: a test counts them against what they come from.
COUNTED = {
    "int_product_events_owned": "assert_events_add_up_from_accepted_to_segments",
    "rejected_rows": "input_reconciliation_loses_no_row",
}


def parents(model: dict[str, Any]) -> list[str]:
    return model["depends_on"]["nodes"]


def lines(file: Path) -> int:
    return file.read_text().count("\n")


def assert_none(offenders: Iterable[Any]) -> None:
    """Fails with all offenders, where pytest would show the first."""
    listed = [str(offender) for offender in offenders]
    assert not listed, "\n".join(["", *listed])


def naming(pattern: str, files: list[Path]) -> list[str]:
    """The files that hold the pattern."""
    return [str(file.relative_to(ROOT)) for file in files if re.search(pattern, file.read_text(), re.I)]


def too_long(files: list[Path], *, most: int) -> list[str]:
    return [f"{file.relative_to(ROOT)}: {lines(file)} lines" for file in files if lines(file) > most]


def test_only_staging_reads_sources(models: Models) -> None:
    readers = {
        model["name"] for model in models if any(node.startswith("source.") for node in parents(model))
    }
    assert readers
    assert_none(sorted(name for name in readers if not name.startswith("stg_")))


def test_staging_reads_its_own_source_and_seeds_only(models: Models) -> None:
    wrong = []
    staging = [model for model in models if model["name"].startswith("stg_")]
    for model in staging:
        own_source = "source.customer_segmentation.raw." + model["name"].removeprefix("stg_")
        read = {node for node in parents(model) if not node.startswith("seed.")}
        if read != {own_source}:
            wrong.append(f"{model['name']} reads {sorted(read)}")
    assert len(staging) > 10
    assert_none(wrong)


def test_python_stands_in_python_models_only(models: Models) -> None:
    python = {model["original_file_path"].split("/")[0] for model in models if model["language"] == "python"}
    assert python == {"python_models"}
    sql = {model["original_file_path"].split("/")[0] for model in models if model["language"] == "sql"}
    assert sql == {"models"}


def test_only_marts_hold_labels() -> None:
    assert_none(naming(r"\bas \w+_segment\b", [file for file in SQL_FILES if "marts" not in file.parts]))


def test_no_model_reads_a_clock_or_a_raw_setting_or_divides_by_ntile() -> None:
    clocks = r"\b(current_date|current_timestamp|now\(\)|getdate\(\)|today\(\)|ntile\()"
    assert_none(naming(clocks, SQL_FILES))
    assert_none(naming(r"\bvar\(", SQL_FILES))  # settings come through a validating macro


def test_one_macro_reads_vars_and_knows_all_of_them() -> None:
    macros = sorted((ROOT / "macros").rglob("*.sql"))
    readers = {file.stem for file in macros if re.search(r"\bvar\(", file.read_text())}
    assert readers == {"deployment_setting"}
    declared = (ROOT / "macros/settings/deployment_settings.sql").read_text()
    known = re.findall(r"^ {8}'(\w+)': \{'kind'", declared, flags=re.M)
    assert known == list(yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"])
    # dbt lets no macro into YAML: `raw_relation` validates the schema before anything reads a source
    in_yaml = [match for file in YAML_FILES for match in re.findall(r"\bvar\([^)]*\)", file.read_text())]
    assert set(in_yaml) == {"var('raw_schema')"}


def test_business_sql_has_no_ladder_of_conditions() -> None:
    business = [file for file in SQL_FILES if {"marts", "intermediate"} & set(file.parts)]
    assert_none(naming(r"\{%-? *if", business))


def test_files_are_short() -> None:
    python = sorted((ROOT / "python_models").glob("*.py"))
    assert all((SQL_FILES, YAML_FILES, python))
    long = [*too_long(SQL_FILES, most=LONGEST_MODEL), *too_long(YAML_FILES, most=299)]
    assert_none([*long, *too_long(python, most=35)])


def test_sql_is_indented_by_fours() -> None:
    """sqlfluff's own rule of indentation has another opinion on continued lines and loops (DECISIONS 64)."""
    odd = re.compile(r"^(?!( {4})*(\S|$))", re.M)
    files = [file for folder in ("models", "tests") for file in sorted((ROOT / folder).rglob("*.sql"))]
    texts = {file: re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.S) for file in files}
    assert_none(file.relative_to(ROOT) for file, text in texts.items() if odd.search(text))


def test_only_the_spine_asks_for_the_as_of_date() -> None:
    callers = [file.stem for file in SQL_FILES if "as_of_date()" in file.read_text()]
    assert callers == ["int_as_of_dates"]


def test_python_models_hold_no_sql() -> None:
    assert_none(naming(r"\bselect\b.*\bfrom\b", sorted((ROOT / "python_models").glob("*.py"))))


def test_dialects_stand_in_one_folder() -> None:
    dispatched = {
        file.parent.name
        for file in (ROOT / "macros").rglob("*.sql")
        if "adapter.dispatch" in file.read_text()
        or re.search(r"macro (duckdb|spark|postgres)__", file.read_text())
    }
    assert dispatched == {"cross_db"}


def test_a_project_that_installs_this_one_can_replace_every_dialect() -> None:
    """Without the name of the package dbt looks for the macro in the project of whoever calls it."""
    calls = re.compile(r"adapter\.dispatch\(([^)]*)\)")
    found = {file: calls.findall(file.read_text()) for file in sorted((ROOT / "macros").rglob("*.sql"))}
    assert any(found.values())
    assert_none(
        f"{file.relative_to(ROOT)}: {arguments}"
        for file, many in found.items()
        for arguments in many
        if not re.fullmatch(rf"'{file.stem}', 'customer_segmentation'", arguments)
    )


def families() -> list[str]:
    """The families that the catalogue knows, and the one of the user's own segments."""
    with (ROOT / "seeds/catalogue/scheme_catalogue.csv").open() as file:
        return sorted({*(row["family"] for row in csv.DictReader(file)), "custom"})


def test_there_are_not_too_many_models(models: Models) -> None:
    folders = Counter("/".join(model["original_file_path"].split("/")[:3]) for model in models)
    most = MOST_MODELS + MOST_MODELS_OF_A_FAMILY * max(len(families()) - FAMILIES, 0)
    assert len(models) <= most, folders.most_common()


def test_a_family_is_eight_files_and_six_models() -> None:
    folders = {family: sorted((ROOT / "models/marts" / family).iterdir()) for family in families()}
    assert all(folders.values())
    counts = {
        family: (len(files), sum(file.suffix in (".sql", ".py") for file in files))
        for family, files in folders.items()
    }
    assert_none(
        f"{family}: {files} files, {models} models"
        for family, (files, models) in counts.items()
        if files > MOST_FILES_OF_A_FAMILY or models > MOST_MODELS_OF_A_FAMILY
    )


def test_every_model_says_its_grain_first(models: Models) -> None:
    grain = re.compile(r"(at most )?(one|a|exactly one) row|one column|no rows?\b|each", re.I)
    assert_none(
        f"{model['name']}: {model['description']!r}"
        for model in models
        if not grain.match(model["description"] or "")
    )


def data_tests(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]


def arguments_of_rows_hold(test: dict[str, Any]) -> dict[str, Any]:
    """Empty for other tests."""
    metadata = test.get("test_metadata") or {}
    return metadata["kwargs"] if metadata.get("name") == "rows_hold" else {}


def is_key_test(test: dict[str, Any]) -> bool:
    arguments = arguments_of_rows_hold(test)
    if arguments:
        return any(arguments.get(name) for name in KEY_ARGUMENTS)
    return (test.get("test_metadata") or {}).get("name") in KEY_TESTS


def test_rows_hold_is_a_key_test_with_a_key_only() -> None:
    def rows_hold(**arguments: Any) -> dict[str, Any]:
        return {"test_metadata": {"name": "rows_hold", "kwargs": {"model": "m", **arguments}}}

    assert is_key_test(rows_hold(unique=["a"]))
    assert is_key_test(rows_hold(keys=[["a", "b"]]))
    assert not is_key_test(rows_hold(filled=["a"], rows={"b": "a > 0"}))
    assert not is_key_test(rows_hold(unique=[], keys=[]))
    assert is_key_test({"test_metadata": {"name": "unique", "kwargs": {}}})
    assert not is_key_test({"name": "singular"})


def test_every_model_has_a_key_test(models: Models, manifest: dict[str, Any]) -> None:
    keyed = {test["attached_node"] for test in data_tests(manifest) if is_key_test(test)}
    rules = {rule for test in data_tests(manifest) for rule in arguments_of_rows_hold(test).get("rows", {})}
    assert set(COUNTED.values()) <= rules | {test["name"] for test in data_tests(manifest)}
    assert_none(
        model["name"] for model in models if model["unique_id"] not in keyed and model["name"] not in COUNTED
    )


def test_there_are_not_too_many_data_tests_and_each_rows_hold_says_whose(manifest: dict[str, Any]) -> None:
    tests = data_tests(manifest)
    most = MOST_DATA_TESTS + MOST_DATA_TESTS_OF_A_FAMILY * max(len(families()) - FAMILIES, 0)
    assert len(tests) <= most
    several = Counter(test["attached_node"] for test in tests if arguments_of_rows_hold(test))
    assert_none(node for node, count in several.items() if count > 1)
    assert_none(
        test["name"]
        for test in tests
        if arguments_of_rows_hold(test) and test["name"] != f"{test['attached_node'].split('.')[2]}_rows_hold"
    )
