"""Each setting is given values that nobody may mean: SQL, templates, paths, other alphabets, other types."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner

from faults import Trial
from faults.companies import PROJECT
from helpers.hostile_settings import HOSTILE, MEANT, accepted_by_setting


def trials(seed: int, count: int) -> list[Trial]:
    """All of the values for each setting, whatever `count` says: they are judged in a second."""
    with tempfile.TemporaryDirectory(prefix="settings_") as scratch, contextlib.chdir(PROJECT):
        folder = Path(scratch)
        os.environ.update(
            CUSTOMER_SEGMENTATION_WAREHOUSE=scratch,
            DBT_TARGET_PATH=str(folder / "target"),
            DBT_LOG_PATH=str(folder / "logs"),
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        )
        parsed = dbtRunner().invoke(["parse", "--quiet"])
        if not parsed.success:
            raise SystemExit(f"dbt cannot read the project: {parsed.exception}")
        accepted = accepted_by_setting(parsed.result)
    found = []
    for name, values in accepted.items():
        wrong = [value for value in values if (name, value) not in MEANT]
        fine = len(values) - len(wrong)
        words = [
            f"{len(HOSTILE) - len(values)} refused",
            *([f"{fine} may be meant"] if fine else []),
            *map(repr, wrong),
        ]
        found.append(Trial(f"setting {name}", len(HOSTILE), len(wrong), "; ".join(words)))
    return found
