"""The first page of `dbt docs`: it is ours, it leads to what there is, and it leaves no family and no question out."""

from __future__ import annotations

import csv
import re
from typing import Any

from helpers import ROOT

OVERVIEW = "doc.customer_segmentation.__overview__"


def links(manifest: dict[str, Any]) -> set[str]:
    """The unique ids that the overview leads to."""
    return set(re.findall(r"\]\(#!/\w+/([\w.]+)\)", manifest["docs"][OVERVIEW]["block_contents"]))


def test_every_link_of_the_overview_leads_to_a_node(manifest: dict[str, Any]) -> None:
    assert len(links(manifest)) > 10
    assert links(manifest) - set(manifest["nodes"]) == set()


def test_every_table_the_overview_leads_to_is_published_or_a_seed(manifest: dict[str, Any]) -> None:
    nodes = [manifest["nodes"][link] for link in links(manifest)]
    assert [
        node["name"] for node in nodes if node["resource_type"] != "seed" and node["access"] != "public"
    ] == []


def test_the_overview_leads_to_every_published_table_of_customers(manifest: dict[str, Any]) -> None:
    published = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        and node["access"] == "public"
        and node["config"]["meta"].get("grain") == "customer"
    }
    with (ROOT / "seeds/catalogue/scheme_catalogue.csv").open() as file:
        families = {row["family"] for row in csv.DictReader(file)}
    assert len(published) > len(families)
    assert published - links(manifest) == set()
    rows = manifest["docs"][OVERVIEW]["block_contents"].splitlines()
    assert [family for family in families if not any(row.startswith(f"| {family} |") for row in rows)] == []
