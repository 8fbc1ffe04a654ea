"""No model compares every row of a large relation with every row of another.

DuckDB hashes an outer join on equal columns only while each of its other conditions compares one side with the
other; a condition on one side alone, or a calculation over both, turns the whole join into a nested loop. With a
thousand customers nobody notices, with a million it never ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import duckdb
import pytest

from helpers.refreshed import Refreshed

pytestmark = pytest.mark.warehouse

# Equal columns that few rows have: joined by a nested loop over a handful of bands they cost nothing.
FEW_VALUES = {"as_of_date", "persona_group"}
EQUALITY = re.compile(r"\((\w+) = (\w+)\)")


def joins(plan: dict) -> Iterator[tuple[str, str]]:
    """Name and condition of every operator of a plan."""
    conditions = plan.get("extra_info", {}).get("Condition", "")
    yield plan["name"].strip(), str(conditions)
    for child in plan.get("children", []):
        yield from joins(child)


def could_be_hashed(name: str, condition: str) -> bool:
    columns = {column for pair in EQUALITY.findall(condition) for column in pair if not column.isdigit()}
    return name == "BLOCKWISE_NL_JOIN" and bool(columns - FEW_VALUES)


def test_a_left_join_with_a_condition_on_one_side_alone_is_found() -> None:
    connection = duckdb.connect()
    connection.execute("create table a as select range as id, 'ok' as status from range(10)")
    connection.execute("create table b as select range as id from range(10)")
    for condition, is_nested in (("a.id = b.id", False), ("a.id = b.id and a.status = 'ok'", True)):
        explained = connection.execute(f"explain (format json) from a left join b on {condition}").fetchall()
        operators = joins(json.loads(explained[0][1])[0])
        assert any(could_be_hashed(*operator) for operator in operators) == is_nested, condition


def test_no_model_joins_equal_keys_by_a_nested_loop(example: Refreshed) -> None:
    target = example.warehouse / "target"
    manifest = json.loads((target / "manifest.json").read_text())
    nested, explained = [], 0
    with duckdb.connect(str(example.build_file), read_only=True) as connection:
        connection.execute(f"use {connection.execute('select current_database()').fetchall()[0][0]}")
        for node in manifest["nodes"].values():
            if node["resource_type"] != "model" or node["language"] != "sql":
                continue
            compiled = target / "compiled" / node["package_name"] / node["original_file_path"]
            plan = connection.execute(f"explain (format json) {compiled.read_text()}").fetchall()[0][1]
            explained += 1
            nested += [
                f"{node['name']}: {condition}"
                for name, condition in joins(json.loads(plan)[0])
                if could_be_hashed(name, condition)
            ]
    assert explained > 100
    assert not nested, "\n".join(nested)
