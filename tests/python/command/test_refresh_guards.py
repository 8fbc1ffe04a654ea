"""The parts of a refresh that need no dbt: dates, lock, state, disk, volume guard, judging failures."""

import csv
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_segmentation import run_state
from customer_segmentation.contract import read_contract
from customer_segmentation.dbt_build import (
    NodeFailure,
    failed_nodes,
    judged_failure,
    judged_failures,
    meaningful_line,
)
from customer_segmentation.errors import DataRefused, EnvironmentFault, WrongCall
from customer_segmentation.guards import (
    GuardLimits,
    TableCounts,
    check_delivered_volume,
    check_volume,
    read_counts,
    read_guard_limits,
    read_published_counts,
    volume_violations,
    without_repeated,
)
from customer_segmentation.refresh import resolved_as_of_date
from customer_segmentation.run_state import (
    check_disk_space,
    new_run_id,
    read_state,
    refresh_lock,
    unfinished_run,
    write_state,
)
from customer_segmentation.warehouse import available_memory, memory_limit
from helpers import ROOT

LIMITS = GuardLimits(
    {
        ("minimum_rows", "customers"): 1,
        ("largest_loss_ratio", "all"): 0.5,
        ("largest_rejected_ratio", "all"): 0.5,
        ("largest_rejected_ratio", "orders"): 0.1,
    }
)


def counts(table: str, accepted: int, rejected: int = 0) -> TableCounts:
    return TableCounts(table, accepted + rejected, accepted, rejected)


# as-of date


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "20260630", "2026-6-30", "yesterday", "", "2026-06-30'; drop table x; --", "1970-12-31",
     "2201-01-01", "2026-W01-1", " 2026-06-30", "Today"],
)  # fmt: skip
def test_resolved_as_of_date_refuses_what_is_no_date(text):
    with pytest.raises(WrongCall, match="it must be 'today' or a real date such as 2026-06-30"):
        resolved_as_of_date(text, "UTC")


def test_resolved_as_of_date_takes_today_in_the_reporting_time_zone():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert resolved_as_of_date("today", "UTC", now=late) == date(2026, 6, 30)
    assert resolved_as_of_date("today", "Europe/Berlin", now=late) == date(2026, 7, 1)
    assert resolved_as_of_date("2024-02-29", "UTC") == date(2024, 2, 29)
    with pytest.raises(WrongCall, match="no known time zone"):
        resolved_as_of_date("today", "Mars/Olympus", now=late)


# lock, state, disk


def test_refresh_lock_refuses_a_second_run_and_names_the_first(warehouse):
    script = (
        "import sys\nfrom pathlib import Path\nfrom customer_segmentation.run_state import refresh_lock\n"
        "from customer_segmentation.warehouse import Warehouse\n"
        f"with refresh_lock(Warehouse(Path({str(warehouse.folder)!r}))):\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(
                EnvironmentFault, match=rf"Another run \(process {holder.pid}, started 2\d\d\d-.*\)"
            ),
            refresh_lock(warehouse),
        ):
            pass
        holder.kill()
        holder.wait()
        # the system frees the lock of a process that died, and a stale holder file means nothing
        with refresh_lock(warehouse):
            held = json.loads((warehouse.folder / "refresh.lock.holder.json").read_text())
    assert held["process_id"] == os.getpid()
    assert not (warehouse.folder / "refresh.lock.holder.json").exists()


def test_refresh_lock_can_be_taken_again(warehouse):
    for _ in range(2):
        with refresh_lock(warehouse):
            pass


def test_state_is_written_whole_and_read_back(warehouse):
    write_state(warehouse, {"run_id": "a", "status": "running"})
    write_state(warehouse, {"run_id": "b", "status": "published"})

    assert read_state(warehouse) == {"run_id": "b", "status": "published"}
    assert [path.name for path in warehouse.folder.iterdir()] == ["state.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"x"'])
def test_state_that_cannot_be_read_counts_as_none(warehouse, content):
    warehouse.state_file.write_text(content)

    assert read_state(warehouse) == {}


def test_unfinished_run_is_said_only_of_a_run_without_end():
    started = {"run_id": "a", "status": "running", "started_at": "2026-06-30T01:00:00Z"}

    assert unfinished_run(started) == (
        "The run a of 2026-06-30T01:00:00Z was cut off before its end; this run starts afresh."
    )
    assert unfinished_run({**started, "status": "refused"}) is None
    assert unfinished_run({}) is None


def test_new_run_id_sorts_by_time():
    first = new_run_id()
    time.sleep(1.01)

    assert first < new_run_id()


def test_check_disk_space_refuses_before_anything_is_written(warehouse, deliver, monkeypatch):
    folder = deliver({"orders.csv": "x" * 1000})
    check_disk_space(warehouse, folder)

    monkeypatch.setattr(run_state, "LEAST_FREE_BYTES", 10**18)
    with pytest.raises(EnvironmentFault, match=r"MB free; this run needs about .* MB\. Nothing was changed"):
        check_disk_space(warehouse, folder)


# volume guard


def test_volume_violations_accepts_what_stays_within_the_limits():
    previous = [counts("customers", 10), counts("orders", 100)]

    assert volume_violations([counts("customers", 5, 5), counts("orders", 90, 10)], previous, LIMITS) == []
    assert volume_violations([counts("customers", 1), counts("orders", 0)], [], LIMITS) == []


def test_volume_violations_says_each_in_a_sentence_the_worst_first():
    previous = [counts("customers", 10), counts("orders", 100), counts("refunds", 4), counts("users", 400)]
    current = [counts("customers", 0), counts("orders", 49, 6)]

    assert [violation.sentence for violation in volume_violations(current, previous, LIMITS)] == [
        "'customers' has 0 accepted rows; expected at least 1",
        "'users' has 0 accepted rows after 400 in the last published run, "
        "and a loss of more than 50% is not published",
        "'customers' has 0 accepted rows after 10 in the last published run, "
        "and a loss of more than 50% is not published",
        "'refunds' has 0 accepted rows after 4 in the last published run, "
        "and a loss of more than 50% is not published",
        "'orders' has 49 accepted rows after 100 in the last published run, "
        "and a loss of more than 50% is not published",
        "'orders' has 6 of 55 rows rejected, and more than 10% is not published",
    ]


def test_rows_that_repeat_others_are_no_loss():
    every_state = [counts("orders", 100, 200), counts("users", 10)]

    assert without_repeated(every_state, {"orders": 200}) == [counts("orders", 100), counts("users", 10)]
    assert without_repeated(every_state, {"orders": 185}) == [counts("orders", 100, 15), counts("users", 10)]
    with pytest.raises(
        DataRefused, match=r"15 of 115 rows .*; `customer-segmentation rejected --table orders` says"
    ):
        check_volume(without_repeated(every_state, {"orders": 185}), [], LIMITS)


@pytest.mark.parametrize(
    ("others", "told"),
    [([], "published; nothing"), (["users"], "published (and 1 more); nothing"),
     (["users", "reviews"], "published (and 2 more); nothing")],
)  # fmt: skip
def test_check_volume_says_the_largest_loss_in_one_sentence(others, told):
    previous = [counts("orders", 100), *(counts(table, 10) for table in others)]

    with pytest.raises(DataRefused) as refusal:
        check_volume([counts("orders", 0), *(counts(table, 4) for table in others)], previous, LIMITS)

    sentence = str(refusal.value)
    assert sentence.startswith("'orders' has 0 accepted rows after 100 in the last published run")
    assert told in sentence
    assert "repeat with --accept-change" in sentence
    assert sentence.count(". ") == 0


def test_check_volume_refuses_unless_the_change_is_accepted():
    current = [counts("customers", 0)]

    with pytest.raises(DataRefused, match="expected at least 1; nothing was published: if this is right"):
        check_volume(current, [], LIMITS)
    accepted = check_volume(current, [], LIMITS, accept_change=True)
    assert accepted == "Accepted as asked: 'customers' has 0 accepted rows; expected at least 1."
    assert check_volume([counts("customers", 1)], [], LIMITS) is None


def test_what_was_delivered_is_judged_by_the_seed_in_the_project(project):
    previous = [counts("customers", 10), counts("orders", 100)]
    lost = [counts("customers", 10), counts("orders", 49)]
    check_delivered_volume(lost, previous, project)  # without the seed nothing is judged yet
    seed = project / "seeds" / "rules" / "settings.csv"
    seed.parent.mkdir(parents=True)
    seed.write_text("topic,setting,setting_value\ngate,a,words\nguard,largest_loss_ratio,0.5\n")

    with pytest.raises(DataRefused, match="'orders' has 49 rows after 100 in the last published run"):
        check_delivered_volume(lost, previous, project)
    check_delivered_volume([counts("customers", 10), counts("orders", 50)], previous, project)
    check_delivered_volume(lost, [], project)
    seed.write_text("topic,setting,setting_value\nguard,largest_loss_ratio,half\n")
    with pytest.raises(WrongCall, match="The seed settings has the row 'guard,largest_loss_ratio,None'"):
        check_delivered_volume(lost, previous, project)


@given(
    accepted=st.integers(0, 10**9),
    rejected=st.integers(0, 10**9),
    before=st.integers(0, 10**9),
)
def test_volume_violations_follows_the_two_ratios(accepted, rejected, before):
    limits = GuardLimits({("largest_loss_ratio", "all"): 0.5, ("largest_rejected_ratio", "all"): 0.5})

    violations = volume_violations([counts("orders", accepted, rejected)], [counts("orders", before)], limits)

    assert len(violations) == (2 * accepted < before) + (rejected > accepted)


def settings_with(*rows: tuple[str, float | None]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table settings (topic varchar, setting varchar, setting_value double)")
    connection.execute("insert into settings values ('gate', 'minimum_rows', 99)")
    for row in rows:
        connection.execute("insert into settings values ('guard', ?, ?)", row)
    return connection


def test_read_guard_limits_reads_the_rows_of_the_topic():
    limits = read_guard_limits(
        settings_with(("minimum_rows_of_customers", 1), ("largest_loss_ratio", 0.5)), "settings"
    )

    assert limits.limit("minimum_rows", "customers") == 1
    assert limits.limit("minimum_rows", "orders") is None
    assert limits.limit("largest_loss_ratio", "orders") == 0.5


@pytest.mark.parametrize(
    "row", [("minimum_row", 1), ("minimum_rows", None), ("largest_loss_ratio", 1.5), ("largest_loss_ratio", -1),
            ("largest_loss_ratio_of_orders", float("nan"))],
)  # fmt: skip
def test_read_guard_limits_refuses_a_row_it_cannot_use(row):
    with pytest.raises(WrongCall, match="The seed settings has the row 'guard,"):
        read_guard_limits(settings_with(row), "settings")


def test_read_guard_limits_refuses_all_rows_it_cannot_use():
    rows = [("minimum_row", 1), ("largest_loss_ratio", 0.5), ("largest_rejected_ratio", 2)]

    with pytest.raises(WrongCall) as refusal:
        read_guard_limits(settings_with(*rows), "settings")

    assert [sentence.split("'")[1] for sentence in refusal.value.sentences] == [
        "guard,largest_rejected_ratio,2.0",
        "guard,minimum_row,1.0",
    ]


def test_read_guard_limits_needs_the_seed():
    with pytest.raises(EnvironmentFault, match=r"The table seeds\.settings is missing"):
        read_guard_limits(duckdb.connect(), "seeds.settings")


def test_guards_of_the_project_name_its_own_tables():
    with (ROOT / "seeds" / "rules" / "settings.csv").open() as file:
        rows = [
            (row["setting"], float(row["setting_value"]))
            for row in csv.DictReader(file)
            if row["topic"] == "guard"
        ]

    limits = read_guard_limits(settings_with(*rows), "settings")

    assert limits.values
    assert {table for _, table in limits.values} <= {"all", *read_contract(ROOT).table_names}


def make_reconciliation(path: Path, schema: str, rows: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(
            f"create or replace table {schema}.input_reconciliation as "
            f"from (values {rows}) t(run_id, input_table, rows_read, rows_accepted, rows_rejected)"
        )


def test_read_counts_reads_the_run_that_is_asked_for(warehouse):
    rows = "('1', 'orders', 9, 8, 1), ('2', 'orders', 7, 7, 0), ('2', 'customers', 3, 3, 0)"
    make_reconciliation(warehouse.build_file, "marts", rows)

    with warehouse.connect_build(read_only=True) as connection:
        assert read_counts(connection, "marts.input_reconciliation", [None, "1"]) == [counts("orders", 8, 1)]
        latest = read_counts(connection, "marts.input_reconciliation", ["absent"])
        with pytest.raises(EnvironmentFault, match="cannot be judged"):
            read_counts(connection, "marts.nothing")
    assert latest == [counts("customers", 3), counts("orders", 7)]


def test_read_published_counts_reads_the_last_published_run(warehouse):
    assert read_published_counts(warehouse.published_file) == []
    warehouse.published_file.parent.mkdir()
    make_reconciliation(
        warehouse.published_file, "main", "('1', 'orders', 9, 8, 1), ('2', 'orders', 7, 7, 0)"
    )
    with duckdb.connect(str(warehouse.published_file)) as connection:
        connection.execute("create table publish_info as select '1' as run_id")

    assert read_published_counts(warehouse.published_file) == [counts("orders", 8, 1)]


def test_read_published_counts_says_how_to_get_past_a_broken_file(warehouse):
    warehouse.published_file.parent.mkdir()
    warehouse.published_file.write_bytes(b"no database" * 1000)

    with pytest.raises(EnvironmentFault, match="repeat with --accept-change"):
        read_published_counts(warehouse.published_file)


# what dbt says

COMPILATION = """Compilation Error in model stg_customers (models/staging/stg_customers.sql)
  The input table 'customers' has no column 'customer_id', which is required; the nearest is 'id'.

  > in macro declared_raw_columns (macros/input/declared_raw_columns.sql)"""
SETTING = """Encountered an error:
Compilation Error
  The setting 'raw_schema' is 'a b'; it must be a plain schema name. Correct it in dbt_project.yml."""


def failed_model(message: str) -> NodeFailure:
    return NodeFailure("m", "model", "error", f"Runtime Error in model m (models/m.sql)\n  {message}")


FAILURES = {
    "required column missing": (
        NodeFailure("stg_customers", "model", "error", COMPILATION),
        DataRefused,
        "The input table 'customers' has no column 'customer_id'",
    ),
    "bad setting": (
        NodeFailure("", "", "error", SETTING),
        WrongCall,
        "The setting 'raw_schema' is 'a b'",
    ),
    "rule with a gap": (
        failed_model(
            "Invalid Input Error: seeds/rules/segment_rules.csv: scheme s, situation t: no rule for days up to 9"
        ),
        WrongCall,
        "seeds/rules/segment_rules.csv: scheme s, situation t: no rule for days up to 9. Nothing",
    ),
    "data test": (
        NodeFailure("not_null_x", "test", "fail", "Got 3 results, configured to fail if != 0"),
        DataRefused,
        "The test 'not_null_x' failed: Got 3 results",
    ),
    "constraint": (
        failed_model("Constraint Error: NOT NULL constraint failed: x.a"),
        DataRefused,
        "The model 'm' failed: Constraint Error: NOT NULL",
    ),
    "wrong SQL": (
        failed_model('Binder Error: no column "z"'),
        WrongCall,
        "The model 'm' failed: Binder Error",
    ),
    "disk": (
        failed_model("IO Error: No space left on device"),
        EnvironmentFault,
        "The model 'm' failed: IO Error: No space left",
    ),
    "memory": (
        failed_model("Out of Memory Error: failed to pin block of size 256.0 KiB (3.7 GiB/3.7 GiB used)"),
        EnvironmentFault,
        "The model 'm' failed: it needs more memory than 3GB; allow more with CUSTOMER_SEGMENTATION_MEMORY_LIMIT.",
    ),
    "nothing said": (
        NodeFailure("", "", "error", ""),
        EnvironmentFault,
        "dbt stopped: no reason was given",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_judged_failure_says_whose_fault_it_is(case, monkeypatch):
    monkeypatch.setenv("CUSTOMER_SEGMENTATION_MEMORY_LIMIT", "3GB")
    failure, kind, words = FAILURES[case]

    error = judged_failure(failure, Path("logs/dbt.log"))

    assert type(error) is kind
    assert str(error).startswith(words)
    assert str(error).endswith("Nothing was published; the log is logs/dbt.log.")
    assert "\n" not in str(error)


def test_the_engine_may_take_half_of_the_machine_or_of_the_container(tmp_path, monkeypatch):
    monkeypatch.delenv("CUSTOMER_SEGMENTATION_MEMORY_LIMIT", raising=False)
    unlimited, small = tmp_path / "unlimited", tmp_path / "small"
    unlimited.write_text("max\n")
    small.write_text(f"{512 * 2**20}\n")
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    assert available_memory([tmp_path / "absent", unlimited]) == machine
    assert available_memory([unlimited, small]) == 512 * 2**20
    assert memory_limit() == f"{available_memory() // 2**21}MiB"


def test_judged_failure_adds_what_the_test_says():
    failure = NodeFailure("rows_hold", "test", "fail", "Got 1 result, configured to fail if != 0", "select 1")

    error = judged_failure(failure, Path("dbt.log"), ["The setting 'x' is empty in 2 rows"])

    assert type(error) is DataRefused
    assert ": Got 1 result, configured to fail if != 0: The setting 'x' is empty in 2 rows. N" in str(error)


GAPS = """Runtime Error in model int_segment_rule_paths (models/rules/int_segment_rule_paths.sql)
  Invalid Input Error: seeds/rules/segment_rules.csv: scheme s, situation t: no rule for days up to 9
  seeds/rules/segment_rules.csv: scheme s, situation u: no rule for days from 3"""


def test_judged_failures_tells_every_gap_of_the_rules_and_each_setting_once():
    setting = NodeFailure("a", "model", "error", SETTING)
    failures = [setting, replace(setting, name="b"), NodeFailure("m", "model", "error", GAPS)]

    error = judged_failures(failures, Path("dbt.log"), [])

    assert type(error) is WrongCall
    assert error.sentences == (
        "The setting 'raw_schema' is 'a b'; it must be a plain schema name. Correct it in dbt_project.yml.",
        "seeds/rules/segment_rules.csv: scheme s, situation t: no rule for days up to 9.",
        "seeds/rules/segment_rules.csv: scheme s, situation u: no rule for days from 3.",
    )
    assert str(error).endswith("\nNothing was published; the log is dbt.log.")
    one = judged_failures(failures[:2], Path("dbt.log"), [])
    assert str(one) == f"{error.sentences[0]} Nothing was published; the log is dbt.log."


def test_judged_failures_tells_only_the_machine_where_that_stands_in_the_way():
    test, disk = FAILURES["data test"][0], FAILURES["disk"][0]

    error = judged_failures([test, disk, test], Path("dbt.log"), [[], []])

    assert type(error) is EnvironmentFault
    assert str(error).startswith("The model 'm' failed: IO Error: No space left on device. Nothing")


def test_what_an_engine_says_is_told_in_a_length_that_can_be_read():
    long = failed_model("Catalog Error: " + "select a_column from a_table " * 100)

    assert len(str(judged_failure(long, Path("dbt.log")))) < 500


def test_meaningful_line_is_never_empty():
    assert meaningful_line("\n\nRuntime Error in model x (a.sql)\n  Out of memory.\n") == "Out of memory"
    assert meaningful_line("Compilation Error") == "Compilation Error"
    assert meaningful_line("") == "no reason was given"


def test_failed_nodes_finds_what_failed(tmp_path):
    assert failed_nodes(tmp_path) == []
    results = [
        {"unique_id": "model.p.a", "status": "success", "message": "OK"},
        {
            "unique_id": "test.p.not_null_a_x.1234",
            "status": "fail",
            "message": "Got 1 result",
            "compiled_code": "select 1",
        },
        {"unique_id": "model.p.b", "status": "skipped", "message": None},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))

    assert failed_nodes(tmp_path) == [NodeFailure("not_null_a_x", "test", "fail", "Got 1 result", "select 1")]
