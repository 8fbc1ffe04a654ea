"""The kept segment history: loaded as it was left, written whole with publishing or not at all, private."""

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from customer_segmentation import publishing
from customer_segmentation.errors import EnvironmentFault
from customer_segmentation.publishing import PublicMart, PublishInfo, publish, remove_leftovers
from customer_segmentation.segment_history import history_notices, load_kept_history
from customer_segmentation.warehouse import Warehouse

MART = PublicMart("customer_segment_history", "marts", "", {})
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
ROW = ("C1", "company_size", "small", "r1", 1, JUNE, None)


def run_as_of(warehouse: Warehouse, day: date) -> None:
    """Load what is kept, build a history of one customer, publish."""
    load_kept_history(warehouse)
    with warehouse.connect_build() as connection:
        connection.execute("create schema if not exists marts")
        connection.execute(
            """
            create or replace table marts.customer_segment_history (customer_id varchar, scheme varchar,
                segment varchar, rule_id varchar, rule_version integer, valid_from_date date, valid_to_date date)
            """
        )
        connection.execute("insert into marts.customer_segment_history values (?, ?, ?, ?, ?, ?, ?)", ROW)
    publish(warehouse, [MART], PublishInfo(f"run_{day}", day, "0.1.0", "abc"))


def kept(rows_of: Callable[[str], list[tuple]]) -> list[tuple]:
    return rows_of("select * from raw.kept_segment_history order by customer_id")


def test_nothing_is_kept_before_the_first_run(warehouse: Warehouse, rows_of) -> None:
    load_kept_history(warehouse)
    assert kept(rows_of) == []
    with warehouse.connect_build() as connection:
        connection.execute("create schema intermediate")
        connection.execute("create table intermediate.int_customer_identities (from_customer_id varchar)")
        assert history_notices(connection, JUNE) == []


def test_what_was_published_is_there_for_the_next_run(warehouse: Warehouse, rows_of) -> None:
    run_as_of(warehouse, JUNE)
    assert warehouse.history_file.stat().st_mode & 0o777 == 0o600
    warehouse.build_file.unlink()
    load_kept_history(warehouse)
    assert kept(rows_of) == [(*ROW, JUNE)]


def test_the_newest_date_never_falls(warehouse: Warehouse, rows_of) -> None:
    for day in (JULY, JUNE):
        run_as_of(warehouse, day)
    load_kept_history(warehouse)
    assert kept(rows_of) == [(*ROW, JULY)]


def test_earlier_dates_and_merged_customers_are_said(warehouse: Warehouse) -> None:
    run_as_of(warehouse, JULY)
    load_kept_history(warehouse)
    with warehouse.connect_build() as connection:
        connection.execute("create schema intermediate")
        connection.execute("create table intermediate.int_customer_identities (from_customer_id varchar)")
        assert history_notices(connection, JULY) == []
        assert history_notices(connection, JUNE) == [
            "The as-of date 2026-06-30 is before 2026-07-31, the newest one of the kept segment history; "
            "customer_segment_history stays as it was; if the later run was a mistake, take "
            "segment_history.parquet out of the warehouse folder and the history begins anew."
        ]
        connection.execute("insert into intermediate.int_customer_identities values ('C1'), ('C2')")
        assert history_notices(connection, JULY) == [
            "customer_segment_history: the kept labels of 1 merged identifiers are dropped; those of the "
            "customers they belong to now go on."
        ]


@pytest.mark.parametrize(
    "content",
    [
        b"half a file",
        "select 'C1' as customer_id",
        "select null as customer_id, 's' as scheme, 's' as segment, 'r' as rule_id, 1 as rule_version, "
        "date '2026-06-30' as valid_from_date, null::date as valid_to_date, date '2026-06-30' as newest_as_of_date",
        "select 'C' as customer_id, 's' as scheme, 's' as segment, 'r' as rule_id, 1 as rule_version, "
        "date '2026-06-30' as valid_from_date, date '2026-06-30' as valid_to_date, date '2026-06-30' as newest_as_of_date",
    ],
    ids=["no_parquet", "columns_lack", "no_customer", "range_without_a_day"],
)
def test_a_damaged_file_stops_the_run_and_stays(warehouse: Warehouse, content: bytes | str) -> None:
    if isinstance(content, bytes):
        warehouse.history_file.write_bytes(content)
    else:
        duckdb.sql(content).write_parquet(str(warehouse.history_file))
    before = warehouse.history_file.read_bytes()
    with pytest.raises(EnvironmentFault, match=r"The kept segment history .* cannot be read .* restore it"):
        load_kept_history(warehouse)
    assert warehouse.history_file.read_bytes() == before


def test_a_run_that_cannot_publish_keeps_nothing(warehouse: Warehouse, monkeypatch) -> None:
    run_as_of(warehouse, JUNE)
    before = warehouse.history_file.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(publishing, "_write", fail)
    with pytest.raises(EnvironmentFault, match="no space left"):
        run_as_of(warehouse, JULY)
    assert warehouse.history_file.read_bytes() == before
    assert not list(warehouse.folder.glob("segment_history.parquet.*"))


def test_files_of_runs_that_died_are_removed(warehouse: Warehouse) -> None:
    left = warehouse.history_file.with_name("segment_history.parquet.run_0.tmp")
    left.write_bytes(b"half")
    assert remove_leftovers(warehouse) == [left]
    assert not left.exists()
