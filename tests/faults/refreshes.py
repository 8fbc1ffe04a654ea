"""Broken deliveries of a whole company go through a whole refresh: it publishes what adds up, or refuses and keeps the last.

After each: the exit code is one of ours, no traceback and no engine's text is shown, and what is published is of one
run, explains every delivered row and gives each customer one label per scheme.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from inputs.malformed import ENGINE_WORDS, PARQUET_FAULTS, TEXT_FAULTS, Fault

from customer_segmentation.example import generate_example_company
from faults import Trial
from faults.companies import AS_OF, WHOLE_CUSTOMERS
from faults.reader import generation
from helpers.refreshed import Refreshed, command

SIDE_BY_SIDE = 2
FAULTS: tuple[Fault, ...] = (*TEXT_FAULTS, *PARQUET_FAULTS)
# counts of what must not be
EXPLAINED = "select count(*) from marts.input_reconciliation where rows_read <> rows_accepted + rows_rejected"
ONE_LABEL = """
select count(*) from (
    select customer_id, scheme from customer_segment_assignments group by all having count(*) <> 1
)
"""
ALL_LABELS = """
select count(*) from (
    select scheme from customer_segment_assignments group by scheme
    having count(*) <> (select count(*) from customer_segments)
)
"""


@dataclass(frozen=True)
class Outcome:
    """What came of one delivery: published or refused, and what is wrong with that."""

    kind: str
    is_published: bool
    wrong: str


def broken(sound: Path, folder: Path, seed: int, number: int) -> tuple[str, str]:
    """A copy of a delivery with one fault in one file, each kind in turn; the fault and the file."""
    source = random.Random(f"{seed} {number}")
    fault = FAULTS[number % len(FAULTS)]
    shutil.copytree(sound, folder)
    path = source.choice(sorted(folder.glob("*.parquet")))
    if fault in TEXT_FAULTS:
        path = path.with_suffix(".csv")
        duckdb.read_parquet(str(path.with_suffix(".parquet"))).write_csv(str(path))
        path.with_suffix(".parquet").unlink()
    path.write_bytes(fault(source, path.read_bytes()))
    return fault.__name__, path.name


def refreshed_with(sound: Path, folder: Path, seed: int, number: int) -> Outcome:
    """One broken delivery over a warehouse that holds a sound one."""
    kind, file = broken(sound, folder / "input", seed, number)
    warehouse = Refreshed(folder / "warehouse")
    before = warehouse.published_file.read_bytes()
    # sizes change by the fault: what is looked for is what lies behind the guards
    done = command(
        *("refresh", "--input", folder / "input", "--as-of", AS_OF, "--warehouse", warehouse.warehouse),
        "--accept-change",
    )
    said = done.stdout + done.stderr
    wrong = [
        words
        for words in (_wrong_words(said, done.returncode), _wrong_tables(warehouse, before, done.returncode))
        if words
    ]
    return Outcome(
        kind, done.returncode == 0, "; ".join(f"number {number}, {kind} in {file}: {text}" for text in wrong)
    )


def _wrong_words(said: str, code: int) -> str:
    if code not in (0, 1):
        return f"exit code {code}: {said[-600:]}"
    shown = [line for line in said.splitlines() if ENGINE_WORDS.search(line.replace("segments.duckdb", ""))]
    return f"an engine's words: {shown[0]}" if shown else ""


def _wrong_tables(warehouse: Refreshed, before: bytes, code: int) -> str:
    if code:
        return (
            ""
            if warehouse.published_file.read_bytes() == before
            else "refused, but the published file has changed"
        )
    found = {
        "rows that nothing explains": warehouse.built(EXPLAINED),
        "customers with several labels of a scheme": warehouse.published(ONE_LABEL),
        "schemes that leave customers out": warehouse.published(ALL_LABELS),
    }
    mixed = [] if generation(warehouse.published_file)["is_of_one_run"] else ["tables of several runs"]
    return ", ".join([*mixed, *(words for words, rows in found.items() if rows[0][0])])


def trials(seed: int, count: int, *, until: float = float("inf")) -> list[Trial]:
    """`count` deliveries; a trial for those that were published and one for those that were refused."""
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="refreshes_") as scratch:
        sound, settled = Path(scratch) / "sound", Path(scratch) / "settled"
        generate_example_company(sound, customers=WHOLE_CUSTOMERS, seed=7, until=date.fromisoformat(AS_OF))
        shutil.rmtree(sound / "truth", ignore_errors=True)
        first = command("refresh", "--input", sound, "--as-of", AS_OF, "--warehouse", settled)
        if first.returncode:
            raise SystemExit(f"A refresh of the sound delivery fails: {first.stderr}{first.stdout}")

        def one(number: int) -> Outcome | None:
            if time.monotonic() > until:
                return None
            folder = Path(scratch) / str(number)
            shutil.copytree(settled, folder / "warehouse")
            outcome = refreshed_with(sound, folder, seed, number)
            shutil.rmtree(folder)
            outcomes.append(outcome)
            wrong = sum(bool(each.wrong) for each in outcomes)
            print(f"  {len(outcomes)} of {count} broken deliveries, {wrong} wrong", file=sys.stderr)
            return outcome

        with ThreadPoolExecutor(SIDE_BY_SIDE) as both:
            list(both.map(one, range(count)))
    return [
        _trial(f"broken delivery, {what}", [each for each in outcomes if each.is_published is is_published])
        for what, is_published in (("published", True), ("refused", False))
    ]


def _trial(fault: str, outcomes: list[Outcome]) -> Trial:
    wrong = [each.wrong for each in outcomes if each.wrong]
    kinds = f"{len({each.kind for each in outcomes})} kinds of fault"
    return Trial(fault, len(outcomes), len(wrong), "; ".join([kinds, *wrong[:20]]))
