"""Conformance cases of dbt-utils, run against `offline_packages/dbt_utils`, and against the hub's package too
where set-up installed that one. The expected results are those of the public documentation of dbt-utils 1.3.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from helpers import ROOT

pytestmark = pytest.mark.warehouse

OFFLINE = ROOT / "offline_packages" / "dbt_utils"
INSTALLED = ROOT / "dbt_packages" / "dbt_utils"

NULL_TEXT = "_dbt_utils_surrogate_key_null_"

# model: (column names, rows as SQL)
TABLES = {
    "pairs": ("a, b", "(1, 'x'), (1, 'y'), (2, 'x'), (2, null)"),
    "pairs_repeated": ("a, b", "(1, 'x'), (1, 'x'), (2, null), (2, null), (3, 'z')"),
    "ages": ("age", "(0), (5), (10), (null)"),
    "children": ("parent_id, kind", "(1, 'live'), (2, 'live'), (9, 'test'), (null, 'live')"),
    "parents": ("id, is_active", "(1, true), (2, false), (null, true)"),
    "touching": ("k, lower_bound, upper_bound", "('a', 0, 1), ('a', 1, 2), ('b', 0, 5)"),
    "gapped": ("k, lower_bound, upper_bound", "('a', 0, 1), ('a', 2, 3), ('a', 4, 5)"),
    "overlapping": ("k, lower_bound, upper_bound", "('a', 0, 3), ('a', 2, 4), ('b', 0, 5)"),
    "points": ("k, lower_bound, upper_bound", "('a', 0, 1), ('a', 2, 2), ('a', 3, 4)"),
    "backwards": ("k, lower_bound, upper_bound", "('a', 3, 1), ('a', 4, 5)"),
    "open_ended": ("k, lower_bound, upper_bound", "('a', 0, 1), ('a', 1, null)"),
}

BOUNDS = {"lower_bound_column": "lower_bound", "upper_bound_column": "upper_bound"}
BOUNDS_BY_K = {**BOUNDS, "partition_by": "k"}

# case: (model, column or None, test, arguments, failures expected)
CASES = {
    "unique_pair": (
        "pairs",
        None,
        "unique_combination_of_columns",
        {"combination_of_columns": ["a", "b"]},
        0,
    ),
    "unique_pair_quoted": (
        "pairs",
        None,
        "unique_combination_of_columns",
        {"combination_of_columns": ["a", "b"], "quote_columns": True},
        0,
    ),
    # any true value quotes
    "unique_pair_quoted_by_a_text": (
        "pairs",
        None,
        "unique_combination_of_columns",
        {"combination_of_columns": ["a", "b"], "quote_columns": "perhaps"},
        0,
    ),
    "repeated_pair": (
        "pairs_repeated",
        None,
        "unique_combination_of_columns",
        {"combination_of_columns": ["a", "b"]},
        2,
    ),
    "expression_holds": ("pairs", None, "expression_is_true", {"expression": "a > 0"}, 0),
    "expression_with_or": ("pairs", None, "expression_is_true", {"expression": "a = 1 or a = 2"}, 0),
    "expression_fails": ("pairs", None, "expression_is_true", {"expression": "a > 1"}, 2),
    "expression_is_null": ("ages", None, "expression_is_true", {"expression": "age >= 0"}, 0),
    "expression_of_column": ("pairs", "a", "expression_is_true", {"expression": ">= 1"}, 0),
    "expression_of_column_fails": ("pairs", "a", "expression_is_true", {"expression": "= 1"}, 2),
    "range_holds": ("ages", "age", "accepted_range", {"min_value": 0, "max_value": 10}, 0),
    "range_exclusive": (
        "ages",
        "age",
        "accepted_range",
        {"min_value": 0, "max_value": 10, "inclusive": False},
        2,
    ),
    "range_minimum": ("ages", "age", "accepted_range", {"min_value": 1}, 1),
    "range_maximum": ("ages", "age", "accepted_range", {"max_value": 4}, 2),
    "range_without_bounds": ("ages", "age", "accepted_range", {}, 0),
    "range_by_column": ("touching", "lower_bound", "accepted_range", {"max_value": "upper_bound"}, 0),
    "rows_equal": ("pairs", None, "equal_rowcount", {"compare_model": "ref('ages')"}, 0),
    "rows_differ": ("pairs_repeated", None, "equal_rowcount", {"compare_model": "ref('parents')"}, 2),
    "rows_equal_by_group": (
        "touching",
        None,
        "equal_rowcount",
        {"compare_model": "ref('overlapping')", "group_by_columns": ["k"]},
        0,
    ),
    "rows_differ_by_group": (
        "pairs",
        None,
        "equal_rowcount",
        {"compare_model": "ref('pairs_fewer')", "group_by_columns": ["a"]},
        1,
    ),
    "orphans": ("children", "parent_id", "relationships_where", {"to": "ref('parents')", "field": "id"}, 1),
    "orphans_left_out": (
        "children",
        "parent_id",
        "relationships_where",
        {"to": "ref('parents')", "field": "id", "from_condition": "kind <> 'test'"},
        0,
    ),
    "parents_left_out": (
        "children",
        "parent_id",
        "relationships_where",
        {"to": "ref('parents')", "field": "id", "to_condition": "is_active"},
        2,
    ),
    "ranges_touch": ("touching", None, "mutually_exclusive_ranges", BOUNDS_BY_K, 0),
    "ranges_touch_as_they_must": (
        "touching",
        None,
        "mutually_exclusive_ranges",
        {**BOUNDS_BY_K, "gaps": "not_allowed"},
        0,
    ),
    "ranges_touch_but_must_not": (
        "touching",
        None,
        "mutually_exclusive_ranges",
        {**BOUNDS_BY_K, "gaps": "required"},
        1,
    ),
    "ranges_gapped": ("gapped", None, "mutually_exclusive_ranges", BOUNDS, 0),
    "ranges_gapped_as_they_must": (
        "gapped",
        None,
        "mutually_exclusive_ranges",
        {**BOUNDS, "gaps": "required"},
        0,
    ),
    "ranges_gapped_but_must_not": (
        "gapped",
        None,
        "mutually_exclusive_ranges",
        {**BOUNDS, "gaps": "not_allowed"},
        2,
    ),
    "ranges_overlap": ("overlapping", None, "mutually_exclusive_ranges", BOUNDS_BY_K, 1),
    "ranges_of_one_point": ("points", None, "mutually_exclusive_ranges", BOUNDS, 1),
    "ranges_of_one_point_allowed": (
        "points",
        None,
        "mutually_exclusive_ranges",
        {**BOUNDS, "zero_length_range_allowed": True},
        0,
    ),
    "ranges_of_one_point_allowed_by_a_text": (
        "points",
        None,
        "mutually_exclusive_ranges",
        {**BOUNDS, "zero_length_range_allowed": "perhaps"},
        0,
    ),
    "ranges_backwards": ("backwards", None, "mutually_exclusive_ranges", BOUNDS, 1),
    "ranges_with_null_bound": ("open_ended", None, "mutually_exclusive_ranges", BOUNDS, 1),
    "ranges_with_coalesced_bound": (
        "open_ended",
        None,
        "mutually_exclusive_ranges",
        {**BOUNDS, "upper_bound_column": "coalesce(upper_bound, 99)"},
        0,
    ),
}

MODELS = {
    "pairs_fewer": "select 1 as a union all select 1 union all select 2",
    "keys": (
        "select a, b, {{ dbt_utils.generate_surrogate_key(['a', 'b']) }} as pair_key, "
        "{{ dbt_utils.generate_surrogate_key(['a']) }} as single_key from {{ ref('pairs') }}"
    ),
    "star_all": "select {{ dbt_utils.star(ref('gapped')) }} from {{ ref('gapped') }}",
    "star_except": (
        "select {{ dbt_utils.star(from=ref('gapped'), except=['LOWER_BOUND'], relation_alias='g', "
        "prefix='old_', suffix='_value') }} from {{ ref('gapped') }} as g"
    ),
    "star_unquoted": (
        "{% set list = dbt_utils.star(ref('gapped'), quote_identifiers=False) %}"
        "select '{{ list | replace('\\n', ' ') }}' as unquoted, "
        "'{{ dbt_utils.star(ref('gapped')) | replace('\\n', ' ') }}' as quoted"
    ),
    "days": (
        "{{ dbt_utils.date_spine('day', \"cast('2024-02-27' as date)\", \"cast('2024-03-02' as date)\") }}"
    ),
    "months": (
        "{{ dbt_utils.date_spine('month', \"cast('2024-11-01' as date)\", \"cast('2025-02-01' as date)\") }}"
    ),
}


def write_project(folder: Path, *, package: Path, cases: dict) -> None:
    """A dbt project on a DuckDB file in `folder`, with `package` as its only package."""
    (folder / "models").mkdir(parents=True)
    # As warnings the failing cases are counted and leave what is built after them alone.
    project = {
        "name": "conformance",
        "version": "1.0.0",
        "profile": "conformance",
        "data_tests": {"conformance": {"+severity": "warn"}},
    }
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    output = {"type": "duckdb", "path": str(folder / "conformance.duckdb"), "threads": 2}
    profile = {"conformance": {"target": "test", "outputs": {"test": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    shutil.copytree(package, folder / "dbt_packages" / "dbt_utils")
    for name, (columns, rows) in TABLES.items():
        sql = f"{{{{ config(materialized='table') }}}}\nselect * from (values {rows}) as t({columns})\n"
        (folder / "models" / f"{name}.sql").write_text(sql)
    for name, sql in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(sql + "\n")

    properties: dict[str, dict] = {}
    for case, (model, column, test, arguments, _) in cases.items():
        entry = properties.setdefault(model, {"name": model, "data_tests": [], "columns": []})
        declared = {f"dbt_utils.{test}": {"name": case, "arguments": arguments}}
        if column is None:
            entry["data_tests"].append(declared)
        else:
            entry["columns"].append({"name": column, "data_tests": [declared]})
    for entry in properties.values():
        merged: dict[str, dict] = {}
        for column in entry["columns"]:
            merged.setdefault(column["name"], {"name": column["name"], "data_tests": []})[
                "data_tests"
            ].extend(column["data_tests"])
        entry["columns"] = list(merged.values())
    (folder / "models" / "models.yml").write_text(
        yaml.safe_dump({"models": list(properties.values())}, sort_keys=False)
    )


def run_dbt(folder: Path, command: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    for name in ("DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        environment.pop(name, None)
    return subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--no-use-colors", command, "--profiles-dir", folder],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def is_same_package(first: Path, second: Path) -> bool:
    def files(folder: Path) -> dict[Path, bytes]:
        return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.sql")}

    return files(first) == files(second)


PACKAGES = {"offline": OFFLINE}
if INSTALLED.is_dir() and not is_same_package(INSTALLED, OFFLINE):
    PACKAGES["hub"] = INSTALLED


@pytest.fixture(scope="module", params=PACKAGES)
def package(request):
    return PACKAGES[request.param]


@pytest.fixture(scope="module")
def built(package, tmp_path_factory):
    """One `dbt build` of all cases: failures by case, and a connection to what it built."""
    folder = tmp_path_factory.mktemp("conformance") / "project"
    write_project(folder, package=package, cases=CASES)
    done = run_dbt(folder, "build")
    results_file = folder / "target" / "run_results.json"
    assert results_file.exists(), done.stdout + done.stderr
    results = json.loads(results_file.read_text())["results"]
    failures = {
        result["unique_id"].split(".")[2]: result["failures"]
        for result in results
        if result["unique_id"].startswith("test.")
    }
    messages = [result["message"] for result in results if result["status"] in ("error", "skipped")]
    with duckdb.connect(str(folder / "conformance.duckdb"), read_only=True) as connection:
        yield failures, messages, connection


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def test_conformance_project_builds_without_errors(built):
    _, messages, _ = built
    assert messages == []


@pytest.mark.parametrize("case", CASES)
def test_generic_test_counts_the_failures(built, case):
    failures, _, _ = built
    assert failures[case] == CASES[case][-1]


def test_each_generic_test_has_a_passing_and_a_failing_case():
    for path in (OFFLINE / "macros" / "generic_tests").glob("*.sql"):
        expected = [failures for *_, test, _, failures in CASES.values() if test == path.stem]
        assert 0 in expected, path.stem
        assert max(expected) > 0, path.stem


def test_generate_surrogate_key_is_md5_of_the_joined_fields(built):
    *_, connection = built
    rows = connection.execute("select a, b, pair_key, single_key from keys order by a, b").fetchall()
    assert len(rows) == 4
    for a, b, pair_key, single_key in rows:
        assert pair_key == md5(f"{a}-{NULL_TEXT if b is None else b}")
        assert single_key == md5(str(a))


def test_star_selects_renames_and_leaves_out(built):
    *_, connection = built

    def columns(model: str) -> list[str]:
        return [name for name, *_ in connection.execute(f"describe {model}").fetchall()]

    assert columns("star_all") == ["k", "lower_bound", "upper_bound"]
    assert columns("star_except") == ["old_k_value", "old_upper_bound_value"]


def test_star_quotes_unless_told_not_to(built):
    *_, connection = built
    unquoted, quoted = connection.execute("select unquoted, quoted from star_unquoted").fetchone()
    assert [name.strip() for name in unquoted.split(",")] == ["k", "lower_bound", "upper_bound"]
    assert [name.strip() for name in quoted.split(",")] == ['"k"', '"lower_bound"', '"upper_bound"']


def test_date_spine_includes_the_start_and_not_the_end(built):
    *_, connection = built
    days = connection.execute("select cast(date_day as date) from days order by 1").fetchall()
    assert [day for (day,) in days] == [dt.date(2024, 2, 27) + dt.timedelta(days=n) for n in range(4)]
    months = connection.execute("select cast(date_month as date) from months order by 1").fetchall()
    assert [month for (month,) in months] == [dt.date(2024, 11, 1), dt.date(2024, 12, 1), dt.date(2025, 1, 1)]


def test_wrong_argument_is_an_error_that_names_it(package, tmp_path):
    folder = tmp_path / "project"
    arguments = {**BOUNDS, "gaps": "perhaps"}
    case = ("touching", None, "mutually_exclusive_ranges", arguments, None)
    write_project(folder, package=package, cases={"wrong": case})
    done = run_dbt(folder, "parse")
    assert done.returncode != 0
    assert "gaps" in done.stdout


def test_offline_package_counts_a_group_found_on_one_side_only(tmp_path):
    folder = tmp_path / "project"
    arguments = {"compare_model": "ref('pairs_repeated')", "group_by_columns": ["a"]}
    write_project(
        folder,
        package=OFFLINE,
        cases={"missing_group": ("pairs", None, "equal_rowcount", arguments, 1)},
    )
    run_dbt(folder, "build")
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    assert [r["failures"] for r in results if r["unique_id"].startswith("test.")] == [1]
