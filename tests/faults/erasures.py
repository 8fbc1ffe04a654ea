"""Twenty customers are erased one after the other; after each, no byte of the warehouse may tell of them."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from faults import Trial
from helpers.erasures import AS_OF, MERGED, PEOPLE, deliver, found, named, traces
from helpers.refreshed import Refreshed, command


def trials(seed: int, count: int, *, until: float = float("inf")) -> list[Trial]:
    """At most `count` of the twenty, and a refresh after them with the same input."""
    wrong: list[str] = []
    tries = searched = 0
    with tempfile.TemporaryDirectory(prefix="erasures_") as scratch:
        folder = Path(scratch)
        warehouse, delivered = folder / "warehouse", deliver(folder / "input")

        def run(*words: str | Path) -> None:
            done = command(*words, "--warehouse", warehouse)
            if done.returncode:
                wrong.append(f"{words[0]} ended with {done.returncode}: {done.stderr}{done.stdout}")

        def look(people: dict[str, tuple[str, str]], when: str) -> None:
            held = found(warehouse, traces(people, secret))
            wrong.extend(f"{when}: {path} holds {', '.join(sorted(names))}" for path, names in held.items())

        run("refresh", "--input", delivered, "--as-of", AS_OF)
        secret = bytes.fromhex((warehouse / "hashing_secret").read_text())
        erased: dict[str, tuple[str, str]] = {}
        for key, written in list(zip(PEOPLE, named(), strict=True))[:count]:
            # one that went with the customer it was merged into is no longer there to be named
            if key not in erased and time.monotonic() < until:
                tries += 1
                if any(old.lower() == written.strip().lower() for old in MERGED):
                    # only a build knows the identifiers of before a merge, and an erasure removes it
                    run("refresh", "--input", delivered, "--as-of", AS_OF)
                    look(erased, f"after a refresh before the erasure of {written}")
                if not found(warehouse, traces({key: PEOPLE[key]}, secret)):
                    wrong.append(f"{key} could not be found before")
                run("erase", "--customer-id", written)
                gone = {key, *(name for pair in MERGED.items() if key in pair for name in pair)}
                erased.update({name: PEOPLE.get(name, PEOPLE[key]) for name in gone})
                look(erased, f"after the erasure of {written}")
                print(f"  {tries} erasures, {len(wrong)} wrong", file=sys.stderr)
        searched = sum(path.is_file() for path in warehouse.rglob("*"))
        run("refresh", "--input", delivered, "--as-of", AS_OF)
        look(erased, "after the next refresh")
        (stay,) = Refreshed(warehouse).published("select count(*) from customer_segments")[0]
    words = f"{len(erased)} identifiers gone from {searched} files and after a refresh; {stay} customers stay"
    return [Trial("erasure", tries, len(wrong), "; ".join([words, *wrong[:5]]))]
