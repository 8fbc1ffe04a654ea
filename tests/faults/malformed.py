"""Load thousands of malformed deliveries and print, per kind of fault, how many were read, refused and dealt with wrongly.

    python tests/faults/malformed.py [--count 2000] [--seed 1] [--kind quotes_opened]

Ends with 1 where anything went wrong, and says which delivery: it is made again by its number and the seed.
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "python"), str(Path(__file__).resolve().parents[2])]

from customer_segmentation.warehouse import Warehouse
from inputs.malformed import Delivery, judged, malformed_deliveries, sound_files

SHOWN = 20


def main() -> int:
    """Load them all; 0 where each was read or refused as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", help="only this kind of fault")
    options = parser.parse_args()
    tries: collections.Counter[tuple[str, str]] = collections.Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "input", Path(scratch) / "warehouse"
        home.mkdir()
        warehouse = Warehouse(home)
        sound = judged(Delivery("sound", sound_files()), folder, warehouse)
        if sound.exit_code or sound.wrong:
            wrong.append(f"the sound delivery: {sound.wrong or sound.sentences}")
        for number, delivery in enumerate(malformed_deliveries(options.count, options.seed)):
            if options.kind and delivery.kind != options.kind:
                continue
            verdict = judged(delivery, folder, warehouse)
            what = "wrong" if verdict.wrong else "refused" if verdict.exit_code else "accepted"
            tries[delivery.kind, "tries"] += 1
            tries[delivery.kind, what] += 1
            if verdict.wrong:
                wrong.append(f"number {number}, {delivery.kind}: {verdict.wrong}")
    columns = ("tries", "accepted", "refused", "wrong")
    print(f"{'kind of fault':<22}" + "".join(f"{column:>10}" for column in columns))
    for kind in dict.fromkeys(kind for kind, _ in tries):
        print(f"{kind:<22}" + "".join(f"{tries[kind, column]:>10}" for column in columns))
    for line in wrong[:SHOWN]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
