"""The table of families in the README of a project: as it stands there, and as catalogue and models say it."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

START = "<!-- families: checked against the project by tests/python/project/test_readme.py -->"
END = "<!-- end of families -->"


def shown_table(project: Path) -> str:
    """The table between the two comments of the README."""
    text = (project / "README.md").read_text(encoding="utf-8")
    return text[text.index(START) + len(START) : text.index(END)].strip()


def expected_table(project: Path, models: list[dict[str, Any]]) -> str:
    """The table as the catalogue of the project and its models, those of dbt's manifest, say it."""
    with (project / "seeds/catalogue/scheme_catalogue.csv").open(encoding="utf-8") as file:
        schemes = list(csv.DictReader(file))
    with (project / "seeds/catalogue/segment_catalogue.csv").open(encoding="utf-8") as file:
        labels: dict[str, list[str]] = defaultdict(list)
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["rank"])):
            labels[row["scheme"]].append(row["segment"])
    by_family = {
        model["config"]["meta"]["family"]: model
        for model in models
        if model["access"] == "public" and "inputs" in model["config"]["meta"]
    }
    unpublished = {scheme["family"] for scheme in schemes} - by_family.keys()
    assert not unpublished, f"no published model names family and inputs in its meta: {sorted(unpublished)}"
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
