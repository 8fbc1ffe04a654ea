"""Runs one piece of work as a process of its own and reads what it took from the operating system."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Of BLAS and OpenMP: a second one only waits here, and on a busy machine it made every package slower.
THREADS = "1"


class WorkFailed(Exception):
    """A measured process failed; the text is the end of what it said."""


@dataclass(frozen=True)
class Measurement:
    """What a process took, and what it reported.

    `seconds` is from start to end, `work_seconds` without starting Python and importing packages;
    `cpu_seconds` and `peak_mib` (resident) also count the processes it started and waited for.
    """

    seconds: float
    work_seconds: float
    cpu_seconds: float
    peak_mib: float
    report: Mapping[str, Any] = field(default_factory=dict)


def measured(command: Sequence[str | Path], *, environment: Mapping[str, str], log: Path) -> Measurement:
    """Run a command whose last line is a JSON report with `work_seconds`.

    This process must stay small: a child starts as its copy, and that size counts into the child's peak.
    """
    settings = {
        **{name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")},
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), THREADS),
        **environment,
    }
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors="replace").strip()
    if process.returncode:
        words = " ".join(str(word) for word in command[1:3])
        raise WorkFailed(
            f"{words} ended with exit code {process.returncode} (negative: a signal).\n{said[-2000:]}"
        )
    report = json.loads(said.splitlines()[-1])
    return Measurement(
        seconds=seconds,
        work_seconds=report["work_seconds"],
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss / 1024,
        report=report,
    )
