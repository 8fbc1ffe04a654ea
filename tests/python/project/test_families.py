"""Nothing of a family is lost on the way: families, schemes and variables stand in `families.csv`, and everywhere else the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any

import duckdb
import pytest

from helpers import ROOT
from helpers.families_table import shown_table
from helpers.refreshed import Refreshed

with (ROOT / "tests/python/project/families.csv").open(encoding="utf-8") as file:
    FAMILIES = list(csv.DictReader(file))
SCHEMES = [scheme for row in FAMILIES for scheme in row["schemes"].split()]


def missing(columns: dict[str, Iterable[str]]) -> list[str]:
    """The columns of the list that a table of these columns lacks."""
    return [
        f"{row['family']}: {row['table']}.{name}"
        for row in FAMILIES
        for name in [*(f"{scheme}_segment" for scheme in row["schemes"].split()), *row["variables"].split()]
        if name not in columns.get(row["table"], ())
    ]


def test_schemes_are_those_of_the_catalogue_the_readme_and_the_wide_table(
    models: list[dict[str, Any]],
) -> None:
    with (ROOT / "seeds/catalogue/scheme_catalogue.csv").open(encoding="utf-8") as catalogue:
        assert sorted(row["scheme"] for row in csv.DictReader(catalogue)) == sorted(SCHEMES)
    assert sorted(re.findall(r"\| `(\w+)` [^|`]+\|", shown_table(ROOT))) == sorted(SCHEMES)
    [wide] = [model for model in models if model["name"] == "customer_segments"]
    labels = [name.removesuffix("_segment") for name in wide["columns"] if name.endswith("_segment")]
    assert sorted(labels) == sorted(SCHEMES)


def test_variables_are_columns_of_the_published_tables(models: list[dict[str, Any]]) -> None:
    published = {model["name"]: model["columns"] for model in models if model["access"] == "public"}
    assert missing({name: columns.keys() for name, columns in published.items()}) == []


@pytest.mark.warehouse
def test_the_published_file_has_them_all(example: Refreshed) -> None:
    with duckdb.connect(str(example.published_file), read_only=True) as connection:
        columns: dict[str, list[str]] = {}
        for table, column in connection.execute(
            "select table_name, column_name from duckdb_columns()"
        ).fetchall():
            columns.setdefault(table, []).append(column)
        labelled = connection.execute("select distinct scheme from customer_segment_assignments").fetchall()
    assert missing(columns) == []
    assert sorted(scheme for (scheme,) in labelled) == sorted(SCHEMES)
