"""The table of families in the README is what the project says."""

from __future__ import annotations

import re
from typing import Any

from helpers import ROOT
from helpers.families_table import expected_table, shown_table


def test_readme_lists_the_families_as_they_are(models: list[dict[str, Any]]) -> None:
    expected = expected_table(ROOT, models)
    assert shown_table(ROOT) == expected, f"put this between the two comments:\n\n{expected}\n"


def test_the_way_of_an_order_in_the_readme_is_the_way_of_the_models(models: list[dict[str, Any]]) -> None:
    text = (ROOT / "README.md").read_text()
    told = re.search(r"From a raw order to `customer_segments`:(.*?)\(", text, re.S)
    assert told
    way = re.findall(r"`(\w+)`", told[1])
    read = {model["name"]: {node.split(".")[-1] for node in model["depends_on"]["nodes"]} for model in models}
    assert [
        step for before, step in zip(["orders", *way], way, strict=False) if before not in read[step]
    ] == []
    assert way[-1] == "customer_segments"
    assert len(way) <= 10


def test_inputs_of_a_family_are_inputs_it_reads(
    manifest: dict[str, Any], models: list[dict[str, Any]]
) -> None:
    nodes = manifest["nodes"]

    def sources(name: str, seen: set[str]) -> set[str]:
        if name in seen or name not in nodes:
            return {name.split(".")[-1]} if name.startswith("source.") else set()
        seen.add(name)
        return set().union(
            *(sources(parent, seen) for parent in nodes[name]["depends_on"].get("nodes", [])), set()
        )

    for model in models:
        meta = model["config"]["meta"]
        if "inputs" in meta:
            assert set(meta["inputs"]) <= sources(model["unique_id"], set()), model["name"]
