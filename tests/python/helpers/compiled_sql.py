"""Models as they run: the SQL that dbt compiles for them, over rows that a test makes, in a database in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from customer_segmentation.loading.load import load_folder
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT

Row = Mapping[str, Any]


def compile_models(folder: Path, delivered: Path, names: Sequence[str]) -> None:
    """Load the delivered files and let dbt compile the models; staging asks which columns were delivered."""
    load_folder(delivered, Warehouse(folder), ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "compile", "--select", *names],
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


class CompiledSql:
    """Rows in, rows out: `give` makes a relation, `rows` runs a compiled model over what was given."""

    def __init__(self, folder: Path) -> None:
        nodes = json.loads((folder / "target" / "manifest.json").read_text())["nodes"].values()
        self.code = {
            node["name"]: node["compiled_code"]
            for node in nodes
            if node["resource_type"] == "model" and node.get("compiled_code")
        }
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as build")
        self.connection.execute("use build")
        for schema in ("raw", "seeds", "staging", "intermediate"):
            self.connection.execute(f"create schema {schema}")

    def seed(self, name: str) -> None:
        """The rows of a seed of the project."""
        (path,) = (ROOT / "seeds").rglob(f"{name}.csv")
        self.connection.execute(f"create table seeds.{name} as from read_csv('{path}', nullstr = '')")

    def give(self, relation: str, types: Mapping[str, str], rows: Iterable[Row]) -> None:
        """Make `relation` with these columns; what a row does not name is null."""
        definitions = ", ".join(f"{name} {kind}" for name, kind in types.items())
        self.connection.execute(f"create or replace table {relation} ({definitions})")
        values = [[row.get(name) for name in types] for row in rows]
        if values:
            row = "(" + ", ".join("?" * len(types)) + ")"
            self.connection.execute(
                f"insert into {relation} values {', '.join([row] * len(values))}",
                [value for given in values for value in given],
            )

    def rows(self, model: str, columns: str) -> list[tuple[Any, ...]]:
        """The columns of what the model makes of the rows given."""
        return self.connection.execute(f"select {columns} from ({self.code[model]}\n) as made").fetchall()

    def make(self, model: str, schema: str = "intermediate") -> None:
        """Keep what the model makes, for the models after it."""
        self.connection.execute(f"create or replace table {schema}.{model} as {self.code[model]}")
