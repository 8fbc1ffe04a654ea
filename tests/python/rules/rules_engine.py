"""The rules as they run: the SQL that dbt compiles for them, over the seeds of the project in a database in memory."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "seeds" / "rules" / "segment_rules.csv"
BOUNDS = ("lower_bound", "upper_bound", "also_lower_bound", "also_upper_bound")
STEPS = (
    "int_segment_rule_boxes",
    "int_segment_rule_gaps",
    "int_segment_rule_faults",
    "int_segment_rule_paths",
)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compiled_models(folder: Path) -> dict[str, dict[str, Any]]:
    """The models of rules and labels as dbt compiles them, by name."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "dbt.cli.main",
            "compile",
            "--select",
            "path:models/intermediate/rules",
            "*_labels",
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "CUSTOMER_SEGMENTATION_WAREHOUSE": str(folder),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DO_NOT_TRACK": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    nodes = json.loads((folder / "target" / "manifest.json").read_text())["nodes"].values()
    return {
        node["name"]: node
        for node in nodes
        if node["resource_type"] == "model" and node.get("compiled_code") is not None
    }


class RulesEngine:
    """Rules in, labels out: `use` takes the rows of the seed, `labels` gives what made-up facts are called."""

    def __init__(self, models: Mapping[str, dict[str, Any]]) -> None:
        self.models = models
        self.families = {
            node["config"]["meta"]["family"]: node
            for name, node in models.items()
            if name.endswith("_labels") and "situations" in node["config"]["meta"]
        }
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as build")
        self.connection.execute("use build")
        for schema in ("seeds", "intermediate", "marts"):
            self.connection.execute(f"create schema {schema}")
        read = {node for family in self.families.values() for node in family["depends_on"]["nodes"]}
        seeds = {node.split(".")[-1] for node in read if node.startswith("seed.")}
        for seed in {"scheme_catalogue", "segment_catalogue", *seeds}:
            (path,) = (ROOT / "seeds").rglob(f"{seed}.csv")
            self.connection.execute(f"create table seeds.{seed} as from read_csv('{path}')")

    @staticmethod
    def _types() -> Iterable[tuple[str, str]]:
        for name in read_rows(RULES)[0]:
            yield name, "double" if name in BOUNDS else "integer" if name == "rule_version" else "varchar"

    def use(self, rules: list[dict[str, str]]) -> list[str]:
        """Put these rules in the place of the seed's and return the sentences of their faults."""
        self.connection.register("rules", pd.DataFrame(rules, dtype=object).replace("", None))
        casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in self._types())
        self.connection.execute(f"create or replace table seeds.segment_rules as select {casts} from rules")
        for step in STEPS[:-1]:
            self._make("intermediate", step)
        return [
            row[0] for row in self.connection.execute("from intermediate.int_segment_rule_faults").fetchall()
        ]

    def paths(self) -> list[dict[str, Any]]:
        """One row per way through the rules and measure, for the rules in use."""
        self._make("intermediate", STEPS[-1])
        rows = self.connection.execute("from intermediate.int_segment_rule_paths")
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]

    def labels(self, family: str, facts: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
        """(customer, scheme) -> rule of made-up facts; `facts` hold customer_id, <name>_situation and measures."""
        lists = self.families[family]["config"]["meta"]
        columns = {
            "customer_id": "varchar",
            **{f"{name}_situation": "varchar" for name in lists["situations"]},
            **{name: "double" for name in lists.get("measures", [])},
            **{name: "varchar" for name in lists.get("texts", [])},
        }
        relation = self._facts_relation(family)
        definitions = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        self.connection.execute(
            f"create or replace table {relation} ({definitions}, "
            "as_of_date date default date '2026-06-30', is_current boolean default true)"
        )
        names = ", ".join(f'"{name}"' for name in columns)
        self.connection.executemany(
            f"insert into {relation} ({names}) values ({', '.join('?' * len(columns))})",
            [[fact.get(name) for name in columns] for fact in facts],
        )
        code = self.families[family]["compiled_code"]
        rows = self.connection.execute(f"select customer_id, scheme, rule_id from ({code})").fetchall()
        return {(customer, scheme): rule for customer, scheme, rule in rows}

    def _facts_relation(self, family: str) -> str:
        parents = self.families[family]["depends_on"]["nodes"]
        (name,) = (node.split(".")[-1] for node in parents if node.endswith("_facts"))
        return f"marts.{name}"

    def _make(self, schema: str, name: str) -> None:
        self.connection.execute(
            f"create or replace table {schema}.{name} as {self.models[name]['compiled_code']}"
        )
