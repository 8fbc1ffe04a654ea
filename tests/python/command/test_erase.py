"""The command `erase` on a warehouse that is loaded and published: whom it means, and what it removes at once."""

from __future__ import annotations

import json

import duckdb
import pytest

from customer_segmentation.erasing import erase
from customer_segmentation.errors import DataRefused, EnvironmentFault, WrongCall
from customer_segmentation.forgetting import FORGOTTEN
from customer_segmentation.guards import GuardLimits, TableCounts, check_volume, with_erased
from customer_segmentation.loading import load_folder
from customer_segmentation.loading.suppression import read_suppression
from customer_segmentation.personal import hashed
from customer_segmentation.run_state import hashing_secret, refresh_lock, write_state
from customer_segmentation.segment_history import load_kept_history
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT
from helpers.refreshed import command

MAIL = "Zoe@example.test"
FILES = {
    "customers.csv": f"customer_id,customer_name\nC1,Zebulon Quix\n{MAIL},Zoe Quix\n001aB,A\n001Ab,B\nstays,Ann\n",
    "orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,C1,2026-01-05,1\n2,stays,2026-01-05,1\n3,Only-Orders,2026-01-05,1\n",
    "customer_merges.csv": "from_customer_id,to_customer_id\nC1-old,C1\n",
}


@pytest.fixture
def filled(warehouse: Warehouse, deliver) -> Warehouse:
    """A warehouse with a load, a published file and a kept history of the same customers."""
    load_folder(deliver(FILES), warehouse, ROOT)
    secret = hashing_secret(warehouse)
    warehouse.published_file.parent.mkdir()
    with duckdb.connect(str(warehouse.published_file)) as connection:
        connection.execute(
            "create table customer_segments as select unnest(['C1', ?, '001aB', '001Ab', 'stays']) as customer_id, "
            "'active' as lifecycle_segment",
            [hashed(MAIL, secret)],
        )
        connection.execute("comment on table customer_segments is 'Who is who.'")
        connection.execute("comment on column customer_segments.customer_id is 'The customer.'")
        connection.execute(
            "create table companies as select 'stays' as customer_id, 'C1' as parent_customer_id, 1 as level"
        )
        connection.execute("create table publish_info (run_id varchar not null)")
        connection.execute("insert into publish_info values ('r1')")
    duckdb.sql(
        f"select customer_id, 'company_size' as scheme, 'small' as segment, null as rule_id, 1 as rule_version, date '2026-01-01' as valid_from_date, "
        f"cast(null as date) as valid_to_date, date '2026-01-01' as newest_as_of_date from (values ('C1'), ('{MAIL}'), ('stays')) as of_whom(customer_id)"
    ).write_parquet(str(warehouse.history_file))
    warehouse.history_file.chmod(0o600)
    return warehouse


def published(warehouse: Warehouse, sql: str = "select customer_id from customer_segments") -> list[tuple]:
    with duckdb.connect(str(warehouse.published_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def history(warehouse: Warehouse) -> list[tuple]:
    return duckdb.sql(f"select customer_id from '{warehouse.history_file}'").fetchall()


def test_everything_of_a_customer_goes_at_once(filled) -> None:
    report = erase(["C1"], filled, ROOT)

    assert (report.identifiers_count, report.new_count) == (2, 2)  # and C1-old
    assert ("C1",) not in published(filled)
    assert len(published(filled)) == 4
    assert history(filled) == [(MAIL,), ("stays",)]
    assert not filled.build_file.exists()
    assert b"C1" not in filled.published_file.read_bytes()
    assert report.published_rows == {"customer_segments": 1}
    assert report.history_rows == 1


def test_the_published_file_stays_what_it_was_for_others(filled) -> None:
    ddl = "select table_name, sql, comment from duckdb_tables() order by 1"
    comments = "select column_name, comment from duckdb_columns() where comment is not null"
    before = published(filled, ddl), published(filled, comments)
    erase(["C1"], filled, ROOT)
    assert (published(filled, ddl), published(filled, comments)) == before
    assert published(filled, "from companies") == [("stays", None, 1)]
    assert published(filled, "from publish_info") == [("r1",)]
    assert filled.published_file.stat().st_mode & 0o777 == 0o644
    assert filled.history_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in filled.folder.rglob("*.tmp*")] == []


@pytest.mark.parametrize("written", ["C1", " c1 ", "\u200bC1", "C1-OLD", "c1-old"])
def test_any_spelling_and_any_merged_identifier_means_the_person(filled, written) -> None:
    erase([written], filled, ROOT)
    assert ("C1",) not in published(filled)


@pytest.mark.parametrize("written", [MAIL, MAIL.upper(), f" {MAIL.lower()} ", "hash", "HASH"])
def test_an_address_is_found_behind_its_hash(filled, written) -> None:
    digest = hashed(MAIL, hashing_secret(filled))
    erase([{"hash": digest, "HASH": digest.upper()}.get(written, written)], filled, ROOT)
    assert published(
        filled, "select count(*) from customer_segments where starts_with(customer_id, 'hash')"
    ) == [(0,)]
    assert (MAIL,) not in history(filled)
    assert len(read_suppression(filled).days) == 1


def test_a_hash_is_enough_when_there_is_no_build_file_any_more(filled, deliver) -> None:
    erase(["C1"], filled, ROOT)
    filled.history_file.unlink()
    erase([hashed(MAIL, hashing_secret(filled))], filled, ROOT)
    assert published(
        filled, "select count(*) from customer_segments where starts_with(customer_id, 'hash')"
    ) == [(0,)]
    report = load_folder(deliver({}), filled, ROOT)
    assert {table.table_name: table.rows_erased for table in report.tables}["customers"] == 2


def test_a_customer_of_orders_only_is_known(filled) -> None:
    erase(["only-orders"], filled, ROOT)
    assert len(read_suppression(filled).days) == 1


@pytest.mark.parametrize("written", [MAIL, MAIL.upper()])
def test_the_kept_history_tells_whose_hash_it_is_when_there_is_no_build_file(filled, written) -> None:
    erase(["C1"], filled, ROOT)
    assert (MAIL,) in history(filled)
    erase([written], filled, ROOT)
    assert (MAIL,) not in history(filled)
    assert published(
        filled, "select count(*) from customer_segments where starts_with(customer_id, 'hash')"
    ) == [(0,)]


def test_where_an_erasure_removed_the_build_file_a_refresh_is_asked_for(filled) -> None:
    erase(["C1"], filled, ROOT)
    listed = read_suppression(filled).days
    with pytest.raises(DataRefused, match=r"(?s)has no build file.*refresh and repeat"):
        erase(["only-orders"], filled, ROOT)
    assert read_suppression(filled).days == listed


def test_an_unknown_customer_is_refused_and_all_with_it(filled) -> None:
    with pytest.raises(DataRefused, match="knows no customer_id 'C9'") as refused:
        erase(["C1", "C9", "hashed_0123456789abcdef01234567"], filled, ROOT)
    assert refused.value.exit_code == 1
    assert len(refused.value.sentences) == 2
    assert filled.build_file.exists()
    assert not filled.suppression_file.exists()
    assert ("C1",) in published(filled)


def test_an_unknown_customer_may_be_suppressed_before_a_delivery(filled, deliver) -> None:
    erase(["C9"], filled, ROOT, even_if_unknown=True)
    customers = FILES["customers.csv"] + "c9,Nina\n"
    report = load_folder(deliver({"customers.csv": customers}), filled, ROOT)
    assert {table.table_name: table.rows_erased for table in report.tables if table.rows_erased} == {
        "customers": 1
    }


def test_an_erasure_can_be_repeated(filled) -> None:
    erase(["C1"], filled, ROOT)
    report = erase(["c1"], filled, ROOT)
    assert (report.identifiers_count, report.new_count) == (1, 0)


def test_what_was_cut_off_is_finished_by_the_next_erasure(filled) -> None:
    erase([MAIL], filled, ROOT, even_if_unknown=True)
    with duckdb.connect(str(filled.published_file)) as connection:
        connection.execute("insert into customer_segments values ('C1', 'active')")
    erase(["C1"], filled, ROOT)
    assert ("C1",) not in published(filled)


def test_of_twins_the_one_that_is_written_goes(filled) -> None:
    with pytest.raises(DataRefused, match="may mean 2 customers that differ in letter case only"):
        erase(["001ab"], filled, ROOT)
    erase(["001aB"], filled, ROOT)
    assert ("001Ab",) in published(filled)
    assert ("001aB",) not in published(filled)


@pytest.mark.parametrize("nothing", [[], [""], ["  "], ["n/a"]])
def test_nobody_is_a_wrong_call(filled, nothing) -> None:
    with pytest.raises(WrongCall):
        erase(nothing, filled, ROOT)


def test_a_damaged_list_stops_an_erasure(filled) -> None:
    filled.suppression_file.write_text("[]")
    with pytest.raises(EnvironmentFault, match="restore it from a backup"):
        erase(["C1"], filled, ROOT)
    assert filled.build_file.exists()


def test_another_run_keeps_it_out(filled) -> None:
    with refresh_lock(filled), pytest.raises(EnvironmentFault, match="Another run"):
        erase(["C1"], filled, ROOT)


def test_logs_and_the_record_of_the_last_run_forget(filled) -> None:
    filled.log_folder.mkdir()
    filled.target_folder.mkdir()
    (filled.log_folder / "dbt.log").write_text("value 'c1' is no number")
    (filled.log_folder / "other.log").write_text("all is well")
    (filled.target_folder / "run_results.json").write_bytes("… Zebulon Quix …".encode("utf-16-le"))
    write_state(
        filled,
        {
            "run_id": "20260101_C1",
            "message": "The row C1 is wrong.",
            "notices": ["Zebulon Quix is no status.", "C10 is another customer."],
        },
    )
    report = erase(["C1"], filled, ROOT)
    assert [path.name for path in filled.log_folder.iterdir()] == ["other.log"]
    assert list(filled.target_folder.iterdir()) == []
    assert json.loads(filled.state_file.read_text()) == {
        "run_id": "20260101_C1",
        "message": FORGOTTEN,
        "notices": [FORGOTTEN, "C10 is another customer."],
        "erased_identifiers": 2,
    }
    assert report.texts_count == 3


def test_the_kept_history_enters_a_build_without_the_erased(filled, deliver, rows_of) -> None:
    erase(["C1"], filled, ROOT)
    duckdb.sql(
        "select * replace (unnest(['C1', 'stays']) as customer_id) "
        f"from (select * from '{filled.history_file}' limit 1)"
    ).write_parquet(str(filled.folder / "restored.parquet"))
    (filled.folder / "restored.parquet").replace(filled.history_file)
    load_folder(deliver({}), filled, ROOT)
    load_kept_history(filled)
    assert rows_of("select customer_id from raw.kept_segment_history") == [("stays",)]


def test_an_erasure_is_no_loss_to_the_guard() -> None:
    limits = GuardLimits({("largest_loss_ratio", "all"): 0.5, ("largest_rejected_ratio", "all"): 0.5})
    previous = [TableCounts("reviews", 20, 20, 0)]
    current = [TableCounts("reviews", 20, 2, 18)]
    assert check_volume(with_erased(current, {"reviews": 18}), previous, limits) is None
    with pytest.raises(DataRefused, match="2 accepted rows after 20"):
        check_volume(current, previous, limits)
    with pytest.raises(DataRefused, match="'reviews' has 2 accepted rows after 20"):
        check_volume(with_erased([TableCounts("reviews", 9, 2, 7)], {"reviews": 6}), previous, limits)


def test_the_command_says_what_it_did_and_shows_no_address(filled) -> None:
    done = command(
        "erase", "--customer-id", MAIL.lower(), "--customer-id", "C1", "--warehouse", filled.folder
    )
    assert done.returncode == 0, done.stderr
    assert "Erased: 3 customer identifiers" in done.stdout
    assert "zoe" not in done.stdout.lower() + done.stderr.lower()
    unknown = command("erase", "--customer-id", "who@example.test", "--warehouse", filled.folder)
    assert unknown.returncode == 1
    assert len(unknown.stderr.splitlines()) == 1
    assert "who@" not in unknown.stderr
    status = command("status", "--warehouse", filled.folder)
    assert "Erased: 3 customer identifiers, left out by every load." in status.stdout
