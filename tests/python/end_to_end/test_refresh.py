"""The refresh as cron calls it: repeatable, restartable, all or nothing."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from helpers import ROOT
from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, command, refresh

pytestmark = pytest.mark.warehouse

ABOUT_THE_RUN = {"publish_info", "input_reconciliation"}


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def published_tables(refreshed: Refreshed) -> dict[str, pd.DataFrame]:
    """Every published table but those that carry the run's own id, in a total order of rows."""
    names = [name for (name,) in refreshed.published("select table_name from information_schema.tables")]
    return {
        name: refreshed.published_frame(f"select * from {name} order by all")
        for name in sorted(set(names) - ABOUT_THE_RUN)
    }


@pytest.fixture
def warehouse_copy(example: Refreshed, tmp_path: Path) -> Refreshed:
    """A published warehouse of its own, to be hurt."""
    folder = tmp_path / "warehouse"
    shutil.copytree(example.warehouse, folder, ignore=shutil.ignore_patterns("target", "logs", "spill"))
    return Refreshed(folder)


def test_the_published_file_holds_public_marts_only(example: Refreshed) -> None:
    schemas = example.published("select distinct table_schema from information_schema.tables")
    assert schemas == [("main",)]
    names = {name for (name,) in example.published("select table_name from information_schema.tables")}
    assert {"customer_segments", "customer_segment_assignments", "segments", "segment_profiles"} <= names
    assert "rejected_rows" not in names
    assert not any(name.startswith(("stg_", "int_", "fit_")) for name in names)


def test_every_customer_has_one_label_in_every_scheme(example: Refreshed) -> None:
    customers, schemes, rows, labels = example.published(
        "select count(distinct customer_id), count(distinct scheme), count(*), count(segment) from customer_segment_assignments"
    )[0]
    assert rows == labels == customers * schemes
    assert example.published("select count(distinct scheme) from segments") == [(schemes,)]


def test_a_second_refresh_gives_the_same_tables(
    example: Refreshed, example_folder: Path, tmp_path: Path
) -> None:
    again = refresh(example_folder, tmp_path, EXAMPLE_UNTIL.isoformat())
    # the project was parsed for the first warehouse already
    assert "Unable to do partial parsing" not in (tmp_path / "logs" / "dbt.log").read_text()
    first, second = published_tables(example), published_tables(again)
    assert first.keys() == second.keys()
    for name in first:
        pd.testing.assert_frame_equal(first[name], second[name], check_exact=False, rtol=1e-9, obj=name)


@pytest.mark.parametrize(
    ("table", "content", "sentence"),
    [
        ("orders", "order_id,customer_id,ordered_on\n1,a,2026-01-01\n", "ordered_at"),
        ("orders", "order_id,customer_id,ordered_at\n1,a,soon\n2,b,later\n", "ordered_at"),
        ("orders", "order_id,customer_id,ordered_at\n", "orders"),
        ("customers", "", "customers"),
    ],
    ids=["missing required column", "wrong type", "header only", "empty file"],
)
def test_bad_input_is_refused_in_one_sentence_and_readers_keep_what_they_had(
    warehouse_copy: Refreshed, tmp_path: Path, table: str, content: str, sentence: str
) -> None:
    folder = tmp_path / "input"
    folder.mkdir()
    (folder / "customers.csv").write_text("customer_id\na\nb\n")
    (folder / "orders.csv").write_text("order_id,customer_id,ordered_at,net_amount\n1,a,2026-01-01,5\n")
    (folder / f"{table}.csv").write_text(content)
    before = digest(warehouse_copy.published_file)
    done = command(
        "refresh", "--input", folder, "--as-of", "2026-06-30", "--warehouse", warehouse_copy.warehouse
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert digest(warehouse_copy.published_file) == before


def test_a_large_loss_of_rows_is_refused(
    warehouse_copy: Refreshed, example_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "input"
    shutil.copytree(example_folder, folder, ignore=shutil.ignore_patterns("truth"))
    duckdb.sql(f"select * from '{example_folder / 'orders'}.parquet' limit 300").write_parquet(
        str(folder / "orders.parquet")
    )
    before = digest(warehouse_copy.published_file)
    done = command(
        "refresh", "--input", folder, "--as-of", "2026-06-30", "--warehouse", warehouse_copy.warehouse
    )
    assert done.returncode == 1
    assert "orders" in done.stderr
    assert digest(warehouse_copy.published_file) == before


def test_orders_that_come_again_under_new_ids_are_refused(
    warehouse_copy: Refreshed, example_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "input"
    shutil.copytree(example_folder, folder, ignore=shutil.ignore_patterns("truth"))
    orders = f"select * from '{example_folder / 'orders'}.parquet'"
    duckdb.sql(
        f"{orders} union all by name select * replace (order_id || 'x' as order_id) from ({orders})"
    ).write_parquet(str(folder / "orders.parquet"))
    before = digest(warehouse_copy.published_file)
    done = command(
        "refresh", "--input", folder, "--as-of", "2026-06-30", "--warehouse", warehouse_copy.warehouse
    )
    assert done.returncode == 1
    assert re.search(
        r"The orders up to 2026-06-30 come to [\d,.]+ USD now and to [\d,.]+ USD in the last", done.stderr
    )
    assert digest(warehouse_copy.published_file) == before


def test_a_killed_refresh_publishes_nothing_and_the_next_one_succeeds_unaided(
    warehouse_copy: Refreshed, example_folder: Path
) -> None:
    before = digest(warehouse_copy.published_file)
    kept = warehouse_copy.warehouse / "segment_history.parquet"
    kept_before = digest(kept)
    build = warehouse_copy.build_file
    started = build.stat().st_mtime_ns
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "customer_segmentation.cli",
            "refresh",
            "--input",
            str(example_folder),
            "--as-of",
            "2026-06-30",
            "--warehouse",
            str(warehouse_copy.warehouse),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    results = warehouse_copy.warehouse / "logs" / "dbt.log"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if build.stat().st_mtime_ns > started and results.exists() and "OK created" in results.read_text():
            break
        time.sleep(0.05)
    assert process.poll() is None, "the refresh was over before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert digest(warehouse_copy.published_file) == before
    refresh(example_folder, warehouse_copy.warehouse, "2026-06-30")
    assert digest(warehouse_copy.published_file) != before
    # the labels kept from run to run are those of the same date again
    assert digest(kept) == kept_before


def test_a_log_file_says_every_step_with_the_time_and_is_never_silent_for_long(
    example_folder: Path, tmp_path: Path
) -> None:
    words = ("--input", example_folder, "--as-of", "2026-06-30", "--warehouse", tmp_path / "warehouse")
    process = subprocess.Popen(
        [sys.executable, "-m", "customer_segmentation.cli", "refresh", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    heard, lines = [time.monotonic()], []
    for line in process.stderr:
        heard.append(time.monotonic())
        lines.append(line.rstrip("\n"))
    assert process.wait() == 0, lines
    heard.append(time.monotonic())
    assert max(after - before for before, after in itertools.pairwise(heard)) < 20
    # nothing of what dbt prints, no line that does not say when
    assert [line for line in lines if not re.match(r"\d\d:\d\d:\d\d [A-Z]", line)] == []
    said = [line[9:] for line in lines]
    for table in ("customers", "orders"):
        assert any(re.fullmatch(rf"Loading the input: {table}, [\d,]+ rows \(\d+ s\)", line) for line in said)
    ended = [line.split(":")[0] for line in said if re.search(r"done \([^()]+\)$", line)]
    judged = "Judging the volume"
    assert ended == ["Loading the input", judged, "Building and testing", judged, "Publishing"]
    running = [re.fullmatch(r"Building and testing: (\d+) of (\d+), now \w+.*", line) for line in said]
    counts = [int(found[1]) for found in running if found]
    assert counts
    assert counts == sorted(counts)
    (whole,) = [found for line in said if (found := re.search(r"testing: (\d+) of (\d+) done", line))]
    assert whole[1] == whole[2]


def test_exactly_the_planted_dirt_is_rejected(example: Refreshed, example_folder: Path) -> None:
    planted = pd.read_parquet(example_folder / "truth" / "dirt.parquet")
    expected = planted.loc[planted["expected"] == "rejected"].groupby(["input_table", "row_key"]).size()
    quarantined = pd.DataFrame(
        example.built(
            "select input_table, row_key, rule_id from marts.rejected_rows "
            "where rule_id not in ('unknown_reference', 'customer_erased', 'customer_merged')"
        ),
        columns=["input_table", "row_key", "rule_id"],
    )
    found = quarantined.groupby(["input_table", "row_key"]).size()
    orphans = planted.loc[planted["kind"].str.contains("orphan|unknown_customer|unknown_order")]
    expected = expected.drop(pd.MultiIndex.from_frame(orphans[["input_table", "row_key"]]), errors="ignore")
    pd.testing.assert_series_equal(found.sort_index(), expected.sort_index(), check_names=False)
