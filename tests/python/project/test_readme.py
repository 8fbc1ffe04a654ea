"""The table of families in the README is what the project says."""

from __future__ import annotations

import re
import shlex
from typing import Any

import sqlglot
import typer

from customer_segmentation.cli import app
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


def commands_of_the_program() -> list[list[str]]:
    """The words of each command of the program in a code block, as a shell reads them; comments are left out."""
    fences = re.findall(r"^ *```(\w*)\n(.*?)^ *```", (ROOT / "README.md").read_text(), re.M | re.S)
    blocks = [block for kind, block in fences if kind in ("", "sh")]
    found = re.findall(r"customer-segmentation ((?:\"[^\"]*\"|[^\"\n])*)", "\n".join(blocks))
    return [shlex.split(words) for words in found]


def test_commands_in_the_readme_are_commands_of_the_program() -> None:
    program = typer.main.get_command(app)
    commands = commands_of_the_program()
    assert {words[0] for words in commands} >= {"query", "refresh"}
    for name, *words in commands:
        program.commands[name].make_context(name, words)


def test_queries_in_the_readme_name_published_columns(models: list[dict[str, Any]]) -> None:
    columns = {model["name"]: {*model["columns"]} for model in models if model["access"] == "public"}
    queries = [words[-1] for words in commands_of_the_program() if words[0] == "query"]
    assert queries
    for query in queries:
        select = sqlglot.parse_one(query, read="duckdb")
        (table,) = select.find_all(sqlglot.exp.Table)
        named = {column.name for column in select.find_all(sqlglot.exp.Column)}
        made = {column.alias for column in select.find_all(sqlglot.exp.Alias)}
        assert named - made <= columns[table.name], query
