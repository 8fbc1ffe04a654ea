"""Whole refreshes through the console script, and plain dbt, each as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from helpers import ROOT

EXAMPLE_UNTIL = date(2026, 6, 30)
TESTS = Path(__file__).resolve().parents[1]
# of a copy of the project that is refreshed
NOT_COPIED = shutil.ignore_patterns(
    *(".git", ".venv", "target", "logs", "warehouse", "example_data"),
    *("__pycache__", ".*_cache", ".hypothesis"),
    *("*.egg-info", "*.duckdb", "python", "mutations"),
)


@dataclass(frozen=True)
class Refreshed:
    """A warehouse folder after a refresh."""

    warehouse: Path

    @property
    def published_file(self) -> Path:
        return self.warehouse / "published" / "segments.duckdb"

    @property
    def build_file(self) -> Path:
        return self.warehouse / "build.duckdb"

    def published(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.published_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def built(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def published_frame(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.published_file), read_only=True) as connection:
            return connection.execute(sql).df()

    def built_frame(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            return connection.execute(sql).df()


def command(*words: str | Path, project: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the console script as a process of its own; `project` may be a copy of the project."""
    return subprocess.run(
        [sys.executable, "-m", "customer_segmentation.cli", *map(str, words)],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def refresh(input_folder: Path, warehouse: Path, as_of: str, *more: str, project: Path = ROOT) -> Refreshed:
    """A refresh that must succeed."""
    words = ("--input", input_folder, "--as-of", as_of, "--warehouse", warehouse)
    done = command("refresh", *words, *more, project=project)
    assert done.returncode == 0, done.stderr + done.stdout
    return Refreshed(warehouse)


def dbt(
    warehouse: Path, *words: str, project: Path = ROOT, parsed: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Plain dbt in the project folder with the checked-in profile, on a warehouse folder.

    With `parsed` (fixture `parsed_project`) nothing is parsed, whatever `--vars` say.
    """
    program = ("dbt.cli.main",) if parsed is None else ("helpers.parsed_dbt", str(parsed))
    return subprocess.run(
        [sys.executable, "-m", *program, *words],
        cwd=project,
        env={
            **os.environ,
            "CUSTOMER_SEGMENTATION_WAREHOUSE": str(warehouse),
            "DBT_TARGET_PATH": str(warehouse / "plain_target"),
            "DBT_LOG_PATH": str(warehouse / "plain_logs"),
            "DO_NOT_TRACK": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")])),
        },
        capture_output=True,
        text=True,
        check=False,
    )
