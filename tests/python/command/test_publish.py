"""Publishing: one step under the eyes of readers, public marts only, nothing left behind."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from customer_segmentation.errors import EnvironmentFault, WrongCall
from customer_segmentation.output_guards import Figures
from customer_segmentation.publishing import (
    PublicMart,
    PublishInfo,
    public_marts,
    publish,
    published_run_id,
    remove_leftovers,
)

INFO = PublishInfo("run_1", date(2026, 6, 30), "0.1.0", "abc")
MART = PublicMart(
    "customer_segments",
    "marts",
    'One row per customer; the customer\'s "labels".',
    {"customer_id": "It's the customer.", "absent": "x"},
)


@pytest.fixture
def build(warehouse):
    """Make a build file whose marts hold `version` in every row."""

    def make(version: int, rows: int = 3) -> None:
        with warehouse.connect_build() as connection:
            connection.execute("create schema if not exists marts")
            connection.execute(
                f"""
                create or replace table marts.customer_segments as
                select 'C' || range as customer_id, {version} as version from range({rows})
                """
            )
            connection.execute("create or replace table marts.rejected_rows as select 'secret' as row_key")

    return make


def published_rows(warehouse, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse.published_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_run_that_published_is_read_from_the_file(warehouse):
    assert published_run_id(warehouse.published_file) is None
    warehouse.published_file.parent.mkdir()
    with duckdb.connect(str(warehouse.published_file)) as connection:
        connection.execute("create table other as select 1 as a")
    assert published_run_id(warehouse.published_file) is None
    with duckdb.connect(str(warehouse.published_file)) as connection:
        connection.execute("create table publish_info as select 'r1' as run_id")
    assert published_run_id(warehouse.published_file) == "r1"


def test_public_marts_are_the_public_models_of_the_manifest():
    def node(name: str, resource_type: str = "model", access: str | None = "public") -> dict:
        return {
            "resource_type": resource_type,
            "alias": name,
            "schema": "marts",
            "access": access,
            "description": "Two\n  lines.\n",
            "columns": {"customer_id": {"description": "Key.\n"}},
        }

    manifest = {
        "nodes": {
            "model.p.segments": node("segments"),
            "model.p.customer_segments": node("customer_segments"),
            "model.p.rejected_rows": node("rejected_rows", access="protected"),
            "seed.p.rfm_grid": node("rfm_grid", resource_type="seed"),
        }
    }

    marts = public_marts(manifest)

    assert [mart.name for mart in marts] == ["customer_segments", "segments"]
    assert marts[0] == PublicMart("customer_segments", "marts", "Two lines.", {"customer_id": "Key."})


def test_publish_writes_the_public_marts_and_nothing_else(warehouse, build):
    build(1)

    publish(warehouse, [MART], INFO)

    tables = published_rows(warehouse, "select schema_name, table_name from duckdb_tables() order by 2")
    assert tables == [("main", "customer_segments"), ("main", "publish_info")]
    assert published_rows(warehouse, "select count(*) from customer_segments") == [(3,)]
    assert b"secret" not in warehouse.published_file.read_bytes()


def test_publish_carries_the_words_of_the_project(warehouse, build):
    build(1)

    publish(warehouse, [MART], INFO)

    comment = "select comment from duckdb_tables() where table_name = 'customer_segments'"
    assert published_rows(warehouse, comment) == [(MART.description,)]
    comments = "select column_name, comment from duckdb_columns() where table_name = 'customer_segments'"
    assert published_rows(warehouse, comments) == [("customer_id", "It's the customer."), ("version", None)]


def test_publish_says_which_run_it_was(warehouse, build):
    build(1)

    figures = Figures(date(2026, 6, 30), 7, 20, 300.5, 4, 80.0, "EUR")
    published_at = publish(warehouse, [MART], replace(INFO, figures=figures)).at

    row = ("run_1", date(2026, 6, 30), published_at.replace(tzinfo=None), "0.1.0", "abc")
    row += (7, 20, 300.5, 4, 80.0, "EUR")
    assert published_rows(warehouse, "select * from publish_info") == [row]
    assert abs(datetime.now(UTC) - published_at) < timedelta(minutes=1)


def test_publish_makes_a_file_that_everybody_may_read(warehouse, build):
    build(1)

    publish(warehouse, [MART], INFO)

    assert warehouse.published_file.stat().st_mode & 0o777 == 0o644


def test_publish_leaves_no_other_file_and_removes_those_of_dead_runs(warehouse, build):
    build(1)
    folder = warehouse.published_file.parent
    folder.mkdir()
    for name in ("segments.duckdb.old_run.tmp", "segments.duckdb.old_run.tmp.wal", "segments.duckdb.wal"):
        (folder / name).write_bytes(b"half")
    (folder / "notes.txt").write_text("mine")

    publish(warehouse, [MART], INFO)

    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", "segments.duckdb"]


def test_publish_keeps_the_published_file_where_a_mart_is_missing(warehouse, build):
    build(1)
    publish(warehouse, [MART], INFO)
    before = warehouse.published_file.read_bytes()

    with pytest.raises(EnvironmentFault, match=r"could not be published: .*absent_mart"):
        publish(warehouse, [MART, PublicMart("absent_mart", "marts", "", {})], INFO)

    assert warehouse.published_file.read_bytes() == before
    assert remove_leftovers(warehouse) == []


def test_publish_refuses_to_publish_nothing(warehouse, build):
    build(1)

    with pytest.raises(WrongCall, match="no model with `access: public`"):
        publish(warehouse, [], INFO)


def test_publish_does_not_let_names_reach_sql(warehouse):
    name = 'x"; drop table y; --'
    with warehouse.connect_build() as connection:
        connection.execute("create schema marts")
        connection.execute('create table marts."x""; drop table y; --" as select 1 as a')

    publish(warehouse, [PublicMart(name, "marts", "'); drop table y; --", {"a": "'"})], INFO)

    assert published_rows(warehouse, "show tables") == [("publish_info",), (name,)]


READER = """
import duckdb, sys, time
path, stop = sys.argv[1], sys.argv[2]
held = duckdb.connect(path, read_only=True)
held_version = held.execute("select max(version) from customer_segments").fetchone()[0]
print("ready", flush=True)
import os
reads, seen = 0, set()
while not os.path.exists(stop):
    # a fresh process-wide connection to whatever file now stands there, under a name of its own
    with duckdb.connect() as fresh:
        fresh.execute(f"attach '{path}' as p{reads} (read_only)")
        rows = fresh.execute(
            f"select count(*), min(version), max(version) from p{reads}.customer_segments"
        ).fetchone()
    assert rows[0] == 50000 and rows[1] == rows[2], rows
    seen.add(rows[1])
    again = held.execute("select min(version), max(version), count(*) from customer_segments").fetchone()
    assert again == (held_version, held_version, 50000), again
    reads += 1
print(reads, len(seen), flush=True)
"""


def test_publish_swaps_the_file_under_a_reader_that_never_notices(warehouse, build, tmp_path):
    build(0, rows=50_000)
    publish(warehouse, [MART], INFO)
    stop = tmp_path / "stop"

    with subprocess.Popen(
        [sys.executable, "-c", READER, str(warehouse.published_file), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for version in range(1, 9):
            build(version, rows=50_000)
            publish(warehouse, [MART], INFO)
            time.sleep(0.1)
        stop.touch()
        output, errors = reader.communicate(timeout=60)

    assert reader.returncode == 0, errors
    reads, versions = map(int, output.split())
    assert reads > 8
    assert versions > 2
    assert published_rows(warehouse, "select max(version) from customer_segments") == [(8,)]
