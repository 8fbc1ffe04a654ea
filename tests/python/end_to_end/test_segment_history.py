"""Labels that are known from run to run only, over four refreshes of a tiny company whose attributes change."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from helpers.refreshed import Refreshed, command

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)
# employees by company: what each delivery says
FIRST = {"stays": 20, "grows": 20, "is_merged": 20, "leaves": 20, "asks_to_be_forgotten": 20}
SECOND = {"stays": 20, "grows": 100, "comes": 20, "is_merged": 20, "asks_to_be_forgotten": 20}
SIZES = """
    select customer_id, segment, valid_from_date, valid_to_date
    from customer_segment_history
    where scheme = 'company_size'
    order by customer_id, valid_from_date
"""
CHANGES = """
    select segment, customers_count, customers_change_count
    from segment_profiles
    where scheme = 'company_size' and customers_count > 0 and as_of_date = (select as_of_date from publish_info)
    order by segment
"""


def deliver(folder: Path, companies: dict[str, int], **others: str) -> Path:
    folder.mkdir(exist_ok=True)
    customers = "".join(f"{company},business,2026-01-01\n" for company in companies)
    (folder / "customers.csv").write_text(f"customer_id,customer_type,created_at\n{customers}")
    accounts = "".join(f"{company},{count}\n" for company, count in companies.items())
    (folder / "accounts.csv").write_text(f"customer_id,employee_count\n{accounts}")
    for table, text in others.items():
        (folder / f"{table}.csv").write_text(text)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What is published, said and kept after each run."""
    found: dict[str, dict[str, Any]] = {}

    folder = tmp_path_factory.mktemp("segment_history")
    warehouse = folder / "warehouse"
    refreshed = Refreshed(warehouse)
    kept_file = warehouse / "segment_history.parquet"

    def run(name: str, delivered: Path, day: date) -> None:
        words = ("--input", delivered, "--as-of", str(day), "--warehouse", warehouse)
        done = command("refresh", *words)
        found[name] = {
            "code": done.returncode,
            "said": done.stdout + done.stderr,
            "sizes": refreshed.published(SIZES),
            "changes": refreshed.published(CHANGES),
            "usage": refreshed.published("select scheme, usage, is_in_use from scheme_usage order by scheme"),
            "kept": kept_file.read_bytes(),
            "mode": kept_file.stat().st_mode & 0o777,
        }

    first, second = deliver(folder / "first", FIRST), deliver(folder / "second", SECOND)
    run("june", first, JUNE)
    run("july", second, JULY)
    (warehouse / "build.duckdb").unlink()
    run("refused", deliver(folder / "refused", SECOND, orders="order_id\n1\n"), JULY)
    later = deliver(
        folder / "later",
        SECOND,
        erasure_requests="customer_id\nasks_to_be_forgotten\n",
        customer_merges="from_customer_id,to_customer_id\nis_merged,stays\n",
    )
    run("may", later, MAY)
    return found


def test_all_but_the_refused_run_publish(runs) -> None:
    codes = {name: run["code"] for name, run in runs.items()}
    assert codes == {"june": 0, "july": 0, "refused": 1, "may": 0}, [run["said"] for run in runs.values()]
    assert {run["mode"] for run in runs.values()} == {0o600}


def test_the_first_run_begins_the_history(runs) -> None:
    assert runs["june"]["sizes"] == [(company, "small", JUNE, None) for company in sorted(FIRST)]
    assert runs["june"]["changes"] == [("small", 5, None)]


AFTER_JULY = [
    ("asks_to_be_forgotten", "small", JUNE, None),
    ("comes", "small", JULY, None),
    ("grows", "small", JUNE, JULY),
    ("grows", "medium", JULY, None),
    ("is_merged", "small", JUNE, None),
    ("leaves", "small", JUNE, JULY),
    ("stays", "small", JUNE, None),
]


def test_a_later_run_ends_what_changed_and_counts_the_change(runs) -> None:
    assert runs["july"]["sizes"] == AFTER_JULY
    assert runs["july"]["changes"] == [("medium", 1, 1), ("small", 4, -1)]


def test_a_refused_run_leaves_what_is_kept(runs) -> None:
    assert runs["refused"]["kept"] == runs["july"]["kept"]
    assert runs["refused"]["sizes"] == AFTER_JULY


def test_an_earlier_date_changes_nothing_but_who_is_gone(runs) -> None:
    gone = ("asks_to_be_forgotten", "is_merged")
    assert runs["may"]["sizes"] == [row for row in AFTER_JULY if row[0] not in gone]
    assert "The as-of date 2026-05-31 is before 2026-07-31, the newest one of the kept" in runs["may"]["said"]
    assert "the kept labels of 1 merged identifiers are dropped" in runs["may"]["said"]
    assert runs["july"]["said"].count("kept segment history") == 0
    assert b"asks_to_be_forgotten" not in runs["may"]["kept"]


def test_what_people_look_at_first_leaves_out_schemes_without_inputs(runs) -> None:
    usage = {scheme: why for scheme, why, _ in runs["july"]["usage"]}
    assert {scheme for scheme, why in usage.items() if why == "in_use"} == {"company_size"}
    assert usage["company_revenue"] == "no_inputs"
    said = runs["july"]["said"]
    assert f"1 of {len(usage)} schemes are in use; not in use: " in said
    assert "select company_size_segment, count(*) as customers_count from customer_segments" in said
