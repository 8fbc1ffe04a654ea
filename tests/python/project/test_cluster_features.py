"""What customers are clustered by is a documented list of habits that no protected column can enter."""

from __future__ import annotations

import re
from typing import Any

from conftest import ROOT

from customer_segmentation.contract import read_contract

SAMPLE = "model.customer_segmentation.int_cluster_sample"


def columns(*, personal: bool) -> set[str]:
    """Protected columns of the contract, on demand with those that tell who somebody is."""
    contract = read_contract(ROOT)
    names = {
        column.name
        for table in contract.tables.values()
        for column in table.columns
        if (column.is_protected or (personal and column.is_pii)) and not column.name.endswith("_id")
    }
    assert {"gender", "marital_status"} <= names
    return names


def words(sql: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"--.*", "", sql).lower()))


def test_the_list_of_features_names_no_protected_column() -> None:
    macro = (ROOT / "macros/rules/cluster_features.sql").read_text()
    listed = set(re.findall(r"^ +'(\w+)',$", macro, flags=re.MULTILINE))
    assert len(listed) >= 8
    assert not {
        (feature, name)
        for feature in listed
        for name in columns(personal=False)
        if re.search(rf"(^|_){name}(_|$)", feature)
    }


def test_no_protected_column_is_read_on_the_way_to_the_sample(manifest: dict[str, Any]) -> None:
    nodes = manifest["nodes"]
    seen: set[str] = set()

    def walk(name: str) -> None:
        node = nodes.get(name)
        if node is None or name in seen or node["resource_type"] != "model":
            return
        # staging and acceptance carry whole rows; what is used of them is chosen after
        if node["name"].startswith("stg_") or node["name"].endswith(("_accepted", "_judged")):
            return
        seen.add(name)
        for parent in node["depends_on"]["nodes"]:
            walk(parent)

    walk(SAMPLE)
    assert len(seen) > 10
    protected = columns(personal=True)
    found = {nodes[name]["name"]: words(nodes[name]["raw_code"]) & protected for name in seen}
    assert {name: used for name, used in found.items() if used} == {}
