"""The list of runs in the warehouse folder: a line per run that ended, and of one that was cut off."""

import json
import os
from collections.abc import Mapping
from typing import Any

from customer_segmentation.warehouse import READABLE_BY_OWNER, Warehouse

CUSTOMERS = "customers"
KEPT = ("run_id", "as_of_date", "started_at", "finished_at", "status")
CUT_OFF = "cut_off"


def run_line(state: Mapping[str, Any], *, why: str = "") -> dict[str, Any]:
    """What is kept of the record of a run: `why` is a word; counts it did not come to are null."""
    tables = state.get("tables") or []
    accepted = [row["rows_accepted"] for row in tables if row["input_table"] == CUSTOMERS]
    return {
        **{name: state.get(name) for name in KEPT},
        "why": why,
        "customers_count": accepted[0] if accepted else None,
        "rows_rejected": sum(row["rows_rejected"] for row in tables) if tables else None,
    }


def add_run(warehouse: Warehouse, line: Mapping[str, Any]) -> str | None:
    """Add a line in one write; a sentence where that fails, since the run itself is over.

    Only the holder of the lock may call this. After a line that was cut off by a crash a new one begins.
    """
    path = warehouse.runs_file
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, READABLE_BY_OWNER)
        try:
            size = os.fstat(handle).st_size
            is_whole = size == 0 or os.pread(handle, 1, size - 1) == b"\n"
            os.write(handle, (("" if is_whole else "\n") + json.dumps(line) + "\n").encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        return f"The list of runs {path} could not be written: {error.strerror}."
    return None


def read_runs(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The runs in the order in which they ended; lines that cannot be read are left out."""
    try:
        lines = warehouse.runs_file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [run for run in map(_parsed, lines) if run]


def _parsed(line: str) -> dict[str, Any]:
    try:
        run = json.loads(line)
    except ValueError:
        return {}
    return run if isinstance(run, dict) and run.get("run_id") else {}
