"""A refresh is killed, at every point of its work and at random moments, while four readers look at what is published.

After each kill: readers saw whole generations of known runs only, the published file is one of them, nothing of the
killed run still works, the next refresh succeeds unaided, and nothing is left over.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from faults import Trial
from faults.companies import Company, small_company, whole_company
from faults.reader import generation

READERS = 4
READER = Path(__file__).with_name("reader.py")
ORPHAN_SECONDS = 20.0
WHOLE_SHARE = 10  # one kill of so many is one of the whole project, whose refresh takes a minute
POINTS_SHARE = 2  # and of the others every second one is at a point of the work


@dataclass
class Siege:
    """A company under kills: which runs may be seen, and what went wrong."""

    company: Company
    known: dict[str, tuple[str, int]] = field(default_factory=dict)  # run: as-of date and customers
    customers: dict[int, int] = field(default_factory=dict)  # of each delivery
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0  # that a refresh takes
    points: int = 0
    tries: int = 0
    published_by_killed: int = 0
    looks: int = 0

    def settle(self) -> None:
        """A refresh of each delivery, to know what they publish, how long that takes and its points."""
        for number in range(len(self.company.deliveries)):
            began = time.monotonic()
            process = self.company.start(number, "count")
            out, _ = process.communicate()
            if process.returncode:
                raise SystemExit(f"A refresh of the {self.company.name} fails unhurt: {self.company.said()}")
            self.seconds, self.points = time.monotonic() - began, int(out.split()[-1])
            seen = generation(self.company.warehouse.published_file)
            self.customers[number] = int(str(seen["customers"]))
            self._know(number)

    def _know(self, number: int) -> None:
        run_id = str(self.company.state().get("run_id"))
        delivery = number % len(self.company.deliveries)
        self.known[run_id] = (self.company.deliveries[delivery][1], self.customers[delivery])

    def kill(self, number: int, hurt: str, delay: float, *, only_parent: bool) -> None:
        """One kill, and the refresh after it. With `hurt` the run kills itself at a point, else after a delay."""
        company, what = self.company, hurt or f"after {delay:.2f} s{' (parent only)' if only_parent else ''}"
        before = str(generation(company.warehouse.published_file)["run_id"])
        process = company.start(number, hurt)
        if not hurt:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(delay)
            with contextlib.suppress(ProcessLookupError):
                (os.kill if only_parent else os.killpg)(process.pid, signal.SIGKILL)
        process.communicate()
        self.tries += 1
        if process.returncode not in (0, -signal.SIGKILL):
            self.wrong.append(f"{what}: exit code {process.returncode}, {company.said()}")
        self._know(number)
        now = str(generation(company.warehouse.published_file)["run_id"])
        self.published_by_killed += now != before and process.returncode != 0
        if not _group_ended(process.pid):
            self.wrong.append(
                f"{what}: processes of the killed run were still there after {ORPHAN_SECONDS:.0f} s"
            )
        after = company.start(number + 1)
        after.communicate()
        self._know(number + 1)
        state, left = company.state(), company.leftovers()
        if after.returncode or state.get("status") != "published":
            self.wrong.append(f"{what}: the next refresh ended with {after.returncode}: {company.said()}")
        elif generation(company.warehouse.published_file)["run_id"] != state.get("run_id"):
            self.wrong.append(f"{what}: the next refresh is not what is published")
        if left:
            self.wrong.append(f"{what}: left over: {', '.join(left)}")

    def judge(self, logs: list[Path]) -> None:
        """What the readers saw."""
        tables = generation(self.company.warehouse.published_file)["tables"]
        for log in logs:
            for line in log.read_text(encoding="utf-8").splitlines():
                seen = json.loads(line)
                self.looks += 1
                expected = self.known.get(seen.get("run_id", ""))
                is_whole = seen.get("is_of_one_run") and seen.get("tables") == tables
                if not is_whole or expected != (seen["as_of_date"], seen["customers"]):
                    self.wrong.append(f"a reader saw {line[:300]}")


def _group_ended(group: int) -> bool:
    """Whether no process of a group is left; the dbt of a killed parent ends by itself."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False


@contextlib.contextmanager
def readers(file: Path, logs: list[Path]) -> Iterator[None]:
    """Processes that look at a file again and again while the block runs."""
    started = [
        subprocess.Popen(
            [sys.executable, str(READER), str(file), str(log)], stdout=subprocess.PIPE, text=True
        )
        for log in logs
    ]
    try:
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        yield
        ended = [process.pid for process in started if process.poll() is not None]
        if ended:
            raise SystemExit("A reader ended by itself.")
    finally:
        for process in started:
            process.kill()
            process.wait()


def besieged(company: Company, seed: int, count: int, until: float) -> Trial:
    """`count` kills of one company, fewer where the time is over."""
    siege, chance = Siege(company), random.Random(seed)
    siege.settle()
    at_points = max(1, count // POINTS_SHARE)
    # every part of the work where there are fewer kills than points
    points = [round(1 + step * (siege.points - 1) / max(1, at_points - 1)) for step in range(at_points)]
    kills = [f"kill:{point}" for point in points] + [""] * (count - at_points)
    chance.shuffle(kills)
    logs = [company.folder / f"reader_{number}.jsonl" for number in range(READERS)]
    with readers(company.warehouse.published_file, logs):
        for number, hurt in enumerate(kills):
            if time.monotonic() > until:
                break
            delay = chance.uniform(0, 1.1 * siege.seconds)
            siege.kill(number, hurt, delay, only_parent=not hurt and chance.random() < 0.25)
            print(
                f"  {company.name}: {number + 1} of {count} kills, {len(siege.wrong)} wrong", file=sys.stderr
            )
    siege.judge(logs)
    words = (
        f"{siege.points} points of work; {READERS} readers saw {siege.looks} generations; "
        f"{siege.published_by_killed} killed runs had published"
    )
    return Trial(
        f"kills, {company.name}", siege.tries, len(siege.wrong), "; ".join([words, *siege.wrong[:5]])
    )


def trials(seed: int, count: int, *, until: float = float("inf")) -> list[Trial]:
    """`count` kills, a tenth of them of the whole project."""
    whole = count // WHOLE_SHARE
    found = []
    for make, kills in ((small_company, count - whole), (whole_company, whole)):
        if kills and time.monotonic() < until:
            with tempfile.TemporaryDirectory(prefix="kills_") as scratch:
                found.append(besieged(make(Path(scratch)), seed, kills, until))
    return found
