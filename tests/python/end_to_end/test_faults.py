"""A sample of `make faults`: kills at points and at random, and a disk that becomes full."""

from __future__ import annotations

import subprocess
import sys

import pytest

from helpers import ROOT

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]


def test_a_killed_refresh_and_a_full_disk_leave_whole_generations_and_nothing_else() -> None:
    words = ("--only", "disk", "kills", "--kills", "3", "--rounds", "1", "--minutes", "20")
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "faults" / "run.py"), *words],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    tries = {line[:36].strip(): line[36:50].split() for line in done.stdout.splitlines()[1:]}
    assert tries["kills, small project"] == ["3", "0"]
    assert tries["disk full at publish"] == ["1", "0"]
