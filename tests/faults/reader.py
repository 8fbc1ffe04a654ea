"""A reader of the published file: `reader.py FILE LOG` writes each generation it sees, until it is ended.

A line of JSON for each that is another than the one before: the run, its date, whether all tables are there and say
the same run, and the customers; or what could not be read.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

PAUSE_SECONDS = 0.02


def generation(file: Path) -> dict[str, object]:
    """What one look into the file shows."""
    with duckdb.connect(str(file), read_only=True) as connection:
        run_id, as_of_date = connection.execute("select run_id, as_of_date from publish_info").fetchone() or (
            "",
            "",
        )
        tables = [name for (name,) in connection.execute("show tables").fetchall()]
        runs = connection.execute("select distinct run_id from input_reconciliation").fetchall()
        rows = {name: connection.execute(f'select count(*) from "{name}"').fetchone() for name in tables}
        return {
            "run_id": run_id,
            "as_of_date": str(as_of_date),
            "is_of_one_run": runs == [(run_id,)],
            "tables": tables,
            "customers": (rows.get("customer_segments") or (0,))[0],
        }


def main() -> None:
    file, log = map(Path, sys.argv[1:])
    looks, last = 0, None
    with log.open("a", encoding="utf-8", buffering=1) as lines:
        while True:
            try:
                seen: dict[str, object] = generation(file)
            except (duckdb.Error, OSError) as error:
                seen = {"wrong": f"{type(error).__name__}: {error}"}
            looks += 1
            if seen != last:
                print(json.dumps(seen), file=lines)
                last = seen
            if looks == 1:
                print("reading", flush=True)
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
