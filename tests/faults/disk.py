"""The disk is full before a refresh, or becomes full while it loads, builds or publishes.

On a small disk of its own where one may be mounted, else by a limit of the system to the size of files. After each:
one sentence says what filled and how much is needed, the state is not left running, what is published is as it was,
nothing is left over, and with room again the next refresh succeeds.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from faults import Trial
from faults.companies import Company, small_company, whole_company
from faults.one_refresh import fill_up

DISK_MEGABYTES = 700
WHOLE_SHARE = 4  # one round of so many is one of the whole project
ENVIRONMENT_FAULT = 3
STEPS = {"load": "customers", "build": "Building and testing", "publish": "Publishing"}
SAID = ("needs about", "MB")


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own under `folder`; false where this process may not mount one."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder)]
    mounted = os.name == "posix" and hasattr(os, "geteuid") and os.geteuid() == 0
    mounted = mounted and subprocess.run(words, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def full_disk(company: Company, when: str, *, has_disk: bool) -> list[str]:
    """What went wrong with one full disk and the refresh after it."""
    warehouse, ballast = company.warehouse, company.warehouse.folder / "ballast"
    before = warehouse.published_file.read_bytes()
    if when == "start":
        fill_up(ballast)
        hurt = ""
    else:
        hurt = f"fill:{STEPS[when]}={warehouse.folder}" if has_disk else f"limit:{STEPS[when]}"
    process = company.start(0, hurt)
    process.communicate()
    said, state, wrong = company.said(), company.state(), []
    if process.returncode != ENVIRONMENT_FAULT or not all(words in said for words in SAID):
        wrong.append(f"exit code {process.returncode}: {said}")
    if "\n" in said or "Traceback" in said:
        wrong.append(f"more than a sentence: {said}")
    if state.get("status") == "running":
        wrong.append("the state is left running")
    if warehouse.published_file.read_bytes() != before:
        wrong.append("the published file has changed")
    # what could not be put into the build file waits in its log
    if left := set(company.leftovers()) - {warehouse.wal_file.name}:
        wrong.append(f"left over: {', '.join(sorted(left))}")
    ballast.unlink(missing_ok=True)
    after = company.start(1)
    after.communicate()
    if after.returncode or company.state().get("status") != "published":
        wrong.append(f"the next refresh ended with {after.returncode}: {company.said()}")
    if left := company.leftovers():
        wrong.append(f"left over after the next refresh: {', '.join(left)}")
    return [f"{company.name}, full at {when}: {text}" for text in wrong]


def trials(seed: int, count: int, *, until: float = float("inf")) -> list[Trial]:
    """`count` rounds, each with a disk that is full at the start, at load, build and publishing."""
    tries, wrong = dict.fromkeys(("start", *STEPS), 0), []
    has_disk = True
    for number in range(count):
        make = whole_company if number % WHOLE_SHARE == WHOLE_SHARE - 1 else small_company
        with tempfile.TemporaryDirectory(prefix="disk_") as scratch:
            company = make(Path(scratch))
            company.warehouse.folder.mkdir()
            with small_disk(company.warehouse.folder) as has_disk:
                company.start(0).communicate()
                for when in tries:
                    if time.monotonic() < until and (has_disk or when != "start"):
                        tries[when] += 1
                        wrong += full_disk(company, when, has_disk=has_disk)
                        print(f"  {company.name}: full at {when}, {len(wrong)} wrong", file=sys.stderr)
    how = f"a disk of {DISK_MEGABYTES} MB" if has_disk else "files that may not grow"
    return [
        Trial(f"disk full at {when}", tried, sum(f"at {when}:" in text for text in wrong),
              "; ".join([how, *[text for text in wrong if f"at {when}:" in text][:3]]))
        for when, tried in tries.items()
    ]  # fmt: skip
