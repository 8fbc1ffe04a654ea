"""Load thousands of malformed deliveries: each is read or refused in a sentence, and no line of it is lost.

    python tests/faults/malformed.py [--count 2000] [--seed 1] [--kind quotes_opened]

Ends with 1 where anything went wrong, and says which delivery: it is made again by its number and the seed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from faults import Trial  # noqa: E402

SHOWN = 20

Found = list[tuple[int, str, str, str]]  # number, kind, what came of it, what is wrong


def some(first: int, step: int, count: int, seed: int, only: str | None) -> Found:
    """What came of every `step`-th delivery, from `first` on, loaded one after the other into one warehouse."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "python")]
    from inputs.malformed import Delivery, judged, malformed_deliveries, small_project, sound_files

    from customer_segmentation.warehouse import Warehouse

    found: Found = []
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "input", Path(scratch) / "warehouse"
        home.mkdir()
        warehouse, project = Warehouse(home), small_project(Path(scratch) / "project")
        sound = judged(Delivery("sound", sound_files()), folder, warehouse, project)
        if sound.exit_code or sound.wrong:
            found.append((-1, "sound", "wrong", sound.wrong or " ".join(sound.sentences)))
        for number, delivery in enumerate(malformed_deliveries(count, seed)):
            # neighbours are of different kinds, and some kinds take longer
            if (number // 22 + number) % step != first or only not in (None, delivery.kind):
                continue
            verdict = judged(delivery, folder, warehouse, project)
            what = "wrong" if verdict.wrong else "refused" if verdict.exit_code else "accepted"
            found.append((number, delivery.kind, what, verdict.wrong))
    return found


def load_them(count: int, seed: int, only: str | None = None) -> Found:
    """What came of `count` deliveries, side by side on all cores, in the order of their numbers."""
    step = min(count, os.cpu_count() or 1)
    with ProcessPoolExecutor(step) as processes:
        begun = [processes.submit(some, first, step, count, seed, only) for first in range(step)]
        return sorted(result for each in begun for result in each.result())


def trials(seed: int, count: int) -> list[Trial]:
    """A trial per kind of fault."""
    found = load_them(count, seed)
    by_kind: dict[str, Found] = {}
    for result in found:
        by_kind.setdefault(result[1], []).append(result)
    return [_trial(kind, results) for kind, results in by_kind.items()]


def _trial(kind: str, results: Found) -> Trial:
    wrong = [f"number {number}: {words}" for number, _, what, words in results if what == "wrong"]
    read = sum(what == "accepted" for *_, what, _ in results)
    words = "; ".join([f"{read} read, {len(results) - len(wrong) - read} refused", *wrong[:SHOWN]])
    return Trial(f"malformed: {kind}", len(results), len(wrong), words)


def main() -> int:
    """Load them all; 0 where each was read or refused as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", help="only this kind of fault")
    options = parser.parse_args()
    found = load_them(options.count, options.seed, options.kind)
    wrong = [f"number {number}, {kind}: {words}" for number, kind, what, words in found if what == "wrong"]
    print("\n".join(wrong[:SHOWN]) or f"{len(found):,} deliveries, none of them wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
