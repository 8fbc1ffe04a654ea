"""No protected column decides a segment or is published, in the project as it was compiled for a refresh."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest

from customer_segmentation.lineage_gate import sensitive_schemes, violations
from helpers import ROOT
from helpers.refreshed import Refreshed

pytestmark = pytest.mark.warehouse


@pytest.fixture(scope="module")
def manifest(example: Refreshed) -> dict[str, Any]:
    return json.loads((example.warehouse / "target" / "manifest.json").read_text())


def plant(manifest: dict[str, Any], name: str, sql: str, *, parent: str, folder: str) -> str:
    """A further compiled model; returns its relation."""
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    [of] = [node for node in nodes if node["name"] == parent]
    [model] = [node for node in manifest["nodes"].values() if node["name"] == "stg_customers"]
    manifest["nodes"][f"model.planted.{name}"] = {
        **model,
        **{"name": name, "alias": name, "columns": {}, "compiled_code": sql, "language": "sql"},
        "original_file_path": f"models/{folder}/{name}.sql",
        "depends_on": {"nodes": [of["unique_id"]]},
        "unique_id": f"model.planted.{name}",
    }
    return f"{model['schema']}.{name}"


def test_no_protected_column_decides_or_is_published(manifest: dict[str, Any]) -> None:
    started = time.process_time()
    assert violations(manifest, sensitive_schemes=sensitive_schemes(ROOT)) == []
    assert time.process_time() - started < 30


def test_protected_columns_reach_the_situations_of_sensitive_schemes_and_nothing_else(
    manifest: dict[str, Any],
) -> None:
    """Without the mark of the catalogue the gate names each of them; a value beside them is named with it."""
    reached = {
        sentence.split(" reaches ")[1].split(" ")[0]
        for sentence in violations(manifest)
        if " reaches " in sentence
    }
    assert reached == {
        "needs_facts.accessibility_need_situation",
        "needs_facts.body_or_surroundings_situation",
        *(
            f"demographic_facts.{scheme}_situation"
            for scheme in ("age_band", "gender", "household", "children", "marital_status")
        ),
        *(
            f"psychographic_facts.{scheme}_situation"
            for scheme in (
                *("personality", "core_values", "brand_attitude", "belief", "lifestyle", "main_hobby"),
                *("stated_interest", "media_preference", "survey_coverage"),
            )
        ),
    }
    planted = copy.deepcopy(manifest)
    [facts] = [node for node in planted["nodes"].values() if node["name"] == "needs_facts"]
    facts["compiled_code"] = facts["compiled_code"].replace(
        "relationships.customer_id,", "relationships.customer_id, bodily.body_orders_count,", 1
    )
    assert [
        sentence.split(" (")[0] for sentence in violations(planted, sensitive_schemes=sensitive_schemes(ROOT))
    ] == ["products.is_for_body reaches needs_facts.body_orders_count"]
    [facts] = [node for node in manifest["nodes"].values() if node["name"] == "demographic_facts"]
    planted = copy.deepcopy(manifest)
    planted["nodes"][facts["unique_id"]]["compiled_code"] = facts["compiled_code"].replace(
        "demographics.income_source,", "demographics.income_source, traits.gender,", 1
    )
    assert [
        sentence.split(" (")[0] for sentence in violations(planted, sensitive_schemes=sensitive_schemes(ROOT))
    ] == ["customers.gender reaches demographic_facts.gender"]


def test_a_proxy_planted_behind_the_raw_customers_is_found(manifest: dict[str, Any]) -> None:
    manifest = copy.deepcopy(manifest)
    raw = manifest["sources"]["source.customer_segmentation.raw.customers"]["relation_name"]
    kinds = plant(
        manifest,
        "int_kinds",
        f"select customer_id, marital_status as kind from {raw}",
        parent="customers",
        folder="intermediate",
    )
    flags = plant(
        manifest,
        "int_flags",
        f"select customer_id, count(case when kind = 'x' then 1 end) as flags_count from {kinds} group by customer_id",
        parent="int_kinds",
        folder="intermediate",
    )
    plant(
        manifest,
        "customer_flag_facts",
        f"select customer_id, case when flags_count > 0 then 'some' else 'none' end as flag_situation from {flags}",
        parent="int_flags",
        folder="marts/flags",
    )
    [sentence] = violations(manifest, sensitive_schemes=sensitive_schemes(ROOT))
    assert sentence.startswith("customers.marital_status reaches customer_flag_facts.flag_situation (")
    assert sentence.endswith(
        "-> int_kinds.kind -> int_flags.flags_count -> customer_flag_facts.flag_situation)."
    )


def test_a_filter_planted_in_a_model_is_found(manifest: dict[str, Any]) -> None:
    manifest = copy.deepcopy(manifest)
    [node] = [node for node in manifest["nodes"].values() if node["name"] == "stg_customers"]
    code = node["compiled_code"]
    node["compiled_code"] = code.replace(
        'from "build"."raw"."customers"',
        'from "build"."raw"."customers" where coalesce(gender, \'\') <> \'x\'',
    )
    assert node["compiled_code"] != code
    assert any(
        sentence.startswith("customers.gender is used in a filter of stg_customers")
        for sentence in violations(manifest)
    )
