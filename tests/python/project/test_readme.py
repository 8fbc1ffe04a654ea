"""The table of families in the README is what the project says."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from typing import Any

from helpers import ROOT

START = "<!-- families: checked against the project by tests/python/project/test_readme.py -->"
END = "<!-- end of families -->"


def expected_table(models: list[dict[str, Any]]) -> str:
    """The table as catalogue and models say it."""
    with (ROOT / "seeds/catalogue/scheme_catalogue.csv").open() as file:
        schemes = list(csv.DictReader(file))
    with (ROOT / "seeds/catalogue/segment_catalogue.csv").open() as file:
        labels: dict[str, list[str]] = defaultdict(list)
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["rank"])):
            labels[row["scheme"]].append(row["segment"])
    by_family = {
        model["config"]["meta"]["family"]: model
        for model in models
        if model["access"] == "public" and "inputs" in model["config"]["meta"]
    }
    lines = ["| family | published table | inputs | scheme | labels |", "|---|---|---|---|---|"]
    for scheme in schemes:
        model = by_family[scheme["family"]]
        keys = [key for key in labels[scheme["scheme"]] if key not in ("unknown", "not_applicable")]
        shown = ", ".join(keys) if len(keys) <= 14 else f"{', '.join(keys[:6])}, … ({len(keys)})"
        inputs = ", ".join(model["config"]["meta"]["inputs"])
        lines.append(
            f"| {scheme['family']} | `{model['name']}` | {inputs} | `{scheme['scheme']}` {scheme['label']} | {shown} |"
        )
    return "\n".join(lines)


def test_readme_lists_the_families_as_they_are(models: list[dict[str, Any]]) -> None:
    text = (ROOT / "README.md").read_text()
    found = text[text.index(START) + len(START) : text.index(END)].strip()
    expected = expected_table(models)
    assert found == expected, f"put this between the two comments:\n\n{expected}\n"


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
