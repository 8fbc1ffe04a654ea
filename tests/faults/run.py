"""Runs the trials of faults and prints a table: fault, tries, how many went wrong, and what was seen.

    python tests/faults/run.py [--kills 100] [--count 2000] [--minutes 60] [--seed 1] [--only kills disk]

Every module of this folder with a function `trials(seed, count)` is run. `--kills` is for `kills`, `--rounds` for
`disk`, `--refreshes` for `refreshes`, `--count` for all others. Ends with 1 where anything went wrong.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path[:1] = [str(PROJECT), str(HERE.parent), str(HERE.parent / "python")]

from faults import Trial  # noqa: E402

HELPERS = ("__init__", "run", "one_refresh", "reader", "companies")


def modules() -> list[str]:
    """The modules with trials, by name."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in HELPERS)


def tried(name: str, seed: int, count: int, until: float) -> list[Trial]:
    """The trials of one module, those that are begun until a moment."""
    module = importlib.import_module(f"faults.{name}")
    has_until = "until" in inspect.signature(module.trials).parameters
    return module.trials(seed, count, **({"until": until} if has_until else {}))


def main() -> int:
    """Run what was asked for; 0 where every trial came out right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100, help="kills, a tenth of them of the whole project")
    parser.add_argument("--rounds", type=int, default=4, help="rounds of full disks, four disks each")
    parser.add_argument("--refreshes", type=int, default=66, help="whole refreshes of broken deliveries")
    parser.add_argument("--count", type=int, default=2_000, help="tries of every other module")
    parser.add_argument("--minutes", type=float, default=90, help="nothing new is begun after them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=modules(), default=modules(), metavar="MODULE")
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes
    counts = {"kills": options.kills, "disk": options.rounds, "refreshes": options.refreshes}
    found: list[Trial] = []
    for name in options.only:
        if time.monotonic() < until:
            found += tried(name, options.seed, counts.get(name, options.count), until)
    print(f"{'fault':<36}{'tries':>7}{'wrong':>7}  seen")
    for trial in found:
        print(f"{trial.fault:<36}{trial.tries:>7}{trial.wrong:>7}  {trial.words}")
    return int(any(trial.wrong for trial in found) or not found)


if __name__ == "__main__":
    sys.exit(main())
