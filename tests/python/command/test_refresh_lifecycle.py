"""Whole refreshes of a small dbt project: what readers have after success, refusal, failure and `kill -9`."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from customer_segmentation.dbt_build import NodeFailure, problems_of
from customer_segmentation.errors import DataRefused, EnvironmentFault, WrongCall
from customer_segmentation.refresh import refresh
from customer_segmentation.run_history import read_runs
from customer_segmentation.run_state import read_state, write_state
from helpers import ROOT
from helpers.small_project import CUSTOMERS, ORDERS

pytestmark = pytest.mark.warehouse


def published(warehouse, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse.published_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_refresh_publishes_everything_of_one_run(request_of, warehouse):
    report = refresh(request_of())

    assert published(warehouse, "show tables") == [
        ("customer_segments",),
        ("input_reconciliation",),
        ("publish_info",),
    ]
    assert published(warehouse, "select distinct run_id from input_reconciliation") == [(report.run_id,)]
    assert published(warehouse, "select run_id, as_of_date from publish_info") == [
        (report.run_id, date(2026, 6, 30))
    ]
    assert [counts.rows_accepted for counts in report.counts] == [2, 2]
    state = read_state(warehouse)
    assert (state["run_id"], state["status"], state["as_of_date"]) == (
        report.run_id,
        "published",
        "2026-06-30",
    )
    assert state["tables"][0]["input_table"] == "customers"
    (run,) = read_runs(warehouse)
    assert (run["run_id"], run["status"], run["why"]) == (report.run_id, "published", "")
    assert (run["customers_count"], run["rows_rejected"]) == (2, 0)


def test_models_that_need_too_much_memory_side_by_side_are_built_one_after_the_other(
    request_of, dbt_project, warehouse
):
    profile = dbt_project / "profiles.yml"
    profile.write_text(profile.read_text().replace("threads: 1", "threads: 2"))
    mart = dbt_project / "models" / "marts" / "customer_segments.sql"
    too_much = "{% if target.threads > 1 %}, error('Out of Memory Error: side by side') as nothing{% endif %}"
    mart.write_text(mart.read_text().replace("from raw.customers", f"{too_much} from raw.customers"))

    report = refresh(request_of())

    assert published(warehouse, "select customer_id from customer_segments order by all") == [("A",), ("B",)]
    assert published(warehouse, "select distinct run_id from input_reconciliation") == [(report.run_id,)]
    assert "Out of Memory Error: side by side" in (warehouse.log_folder / "dbt.log").read_text()


def test_refresh_that_fails_leaves_the_published_file_as_it_was(request_of, warehouse):
    refresh(request_of())
    before = warehouse.published_file.read_bytes()
    refusals = [
        # a data test, after the bad mart has replaced the good one in the build file
        (
            {"customers.csv": CUSTOMERS + "C,\n"},
            {},
            DataRefused,
            r"The test 'not_null_customer_segments_customer_name' failed: Got 1 result.*dbt\.log",
        ),
        ({"orders.csv": ORDERS.splitlines()[0] + "\n"}, {}, DataRefused, "no rows"),
        (
            {"orders.csv": ORDERS.splitlines()[0] + "\n"},
            {"may_be_empty": ["orders"]},
            DataRefused,
            "'orders' has 0 rows after 2 in the last published run",
        ),
        ({}, {"as_of": "2000-01-01"}, WrongCall, "The setting 'as_of_date' is too early"),
        ({}, {"as_of": "2026-02-30"}, WrongCall, "--as-of is '2026-02-30'"),
        ({}, {"target": "sparc"}, WrongCall, r"--target is 'sparc'; the targets in profiles\.yml are duckdb"),
    ]

    for files, options, kind, sentence in refusals:
        with pytest.raises(kind, match=sentence):
            refresh(request_of(files, **options))
        assert warehouse.published_file.read_bytes() == before
    # wrong calls that never began are no runs
    assert [(run["status"], run["why"]) for run in read_runs(warehouse)] == [
        ("published", ""),
        ("refused", "build or test"),
        ("refused", "input"),
        ("refused", "volume"),
        ("failed", "build or test"),
    ]

    empty_orders = {"orders.csv": ORDERS.splitlines()[0] + "\n"}
    report = refresh(request_of(empty_orders, may_be_empty=["orders"], accept_change=True))
    assert any(notice.startswith("Accepted as asked: 'orders' has 0 accepted") for notice in report.notices)
    assert published(warehouse, "select run_id from publish_info") == [(report.run_id,)]


def test_a_loss_of_rows_is_refused_before_the_build(request_of, warehouse, dbt_project):
    more = "".join(f"{number},A,2026-01-01,1\n" for number in range(10, 20))
    refresh(request_of({"orders.csv": ORDERS + more}))
    before = warehouse.published_file.read_bytes()
    log = warehouse.log_folder / "dbt.log"
    log.unlink()

    with pytest.raises(
        DataRefused, match=r"'orders' has 2 rows after 12 in the last published run, .*change"
    ):
        refresh(request_of())

    assert not log.exists()
    assert warehouse.published_file.read_bytes() == before


def test_a_loss_that_only_the_build_shows_is_refused_after_it(request_of, warehouse, dbt_project):
    refresh(request_of())
    before = warehouse.published_file.read_bytes()
    mart = dbt_project / "models" / "marts" / "input_reconciliation.sql"
    mart.write_text(mart.read_text().replace("rows_read - malformed_lines_count", "0"))

    with pytest.raises(
        DataRefused, match=r"'customers' has 0 accepted rows; expected at least 1 \(and 1 more"
    ):
        refresh(request_of())

    assert warehouse.published_file.read_bytes() == before


def test_refresh_says_the_first_problem_that_a_test_found(request_of, dbt_project):
    for folder in ("macros/tests", "tests/generic"):
        (dbt_project / folder).mkdir(parents=True)
    for file in [*ROOT.glob("macros/tests/*.sql"), ROOT / "tests/generic/rows_hold.sql"]:
        shutil.copy(file, dbt_project / file.relative_to(ROOT))
    properties = dbt_project / "models/marts/_marts__models.yml"
    rules = "{name: names_hold, arguments: {filled: [customer_id], unique: [customer_name]}}"
    properties.write_text(
        properties.read_text().replace("access: public\n", f"data_tests: [{{rows_hold: {rules}}}]\n", 1)
    )

    with pytest.raises(DataRefused) as refusal:
        refresh(request_of({"customers.csv": CUSTOMERS + "C,Ann\n"}))

    assert str(refusal.value).startswith("The test 'names_hold' failed: Got 1 result")
    assert ": customer_name is repeated: 'Ann' stands in 2 rows. Nothing was published" in str(refusal.value)


def test_refresh_says_everything_that_failed(request_of, dbt_project, warehouse):
    (dbt_project / "tests").mkdir()
    for name, problem in {"one": "'a is empty', 'b is empty'", "two": "'c is empty'"}.items():
        (dbt_project / "tests" / f"{name}.sql").write_text(f"select unnest([{problem}]) as problem")

    with pytest.raises(DataRefused) as refusal:
        refresh(request_of({"customers.csv": CUSTOMERS + "C,\n"}))

    said = str(refusal.value).splitlines()
    assert said[0] == "4 things are wrong:"
    assert said[-1] == f"Nothing was published; the log is {warehouse.log_folder / 'dbt.log'}."
    assert sorted(line[3:] for line in said[1:-1]) == [
        "The test 'not_null_customer_segments_customer_name' failed: Got 1 result, configured to fail if != 0.",
        "The test 'one' failed: Got 2 results, configured to fail if != 0: a is empty.",
        "The test 'one' found: b is empty.",
        "The test 'two' failed: Got 1 result, configured to fail if != 0: c is empty.",
    ]
    assert sorted(read_state(warehouse)["messages"]) == sorted(refusal.value.sentences)


def test_a_dbt_that_is_killed_is_told_with_its_log_and_what_to_do(request_of, dbt_project, warehouse):
    model = dbt_project / "models" / "marts" / "dies.py"
    model.write_text(
        "import os, signal\n\n\ndef model(dbt, session):\n    os.kill(os.getpid(), signal.SIGKILL)\n    return session\n"
    )

    with pytest.raises(EnvironmentFault) as failure:
        refresh(request_of())

    said = str(failure.value)
    assert "dbt was ended by signal 9" in said
    assert "CUSTOMER_SEGMENTATION_MEMORY_LIMIT" in said
    assert said.endswith(f"Nothing was published; the log is {warehouse.log_folder / 'dbt.log'}.")
    assert "\n" not in said


def test_mistakes_of_a_call_are_told_together(request_of, tmp_path):
    with pytest.raises(WrongCall) as refusal:
        refresh(request_of(as_of="2026-02-30", target="sparc", input_folder=tmp_path / "nowhere"))

    assert [sentence.split(" is ")[0] for sentence in refusal.value.sentences[:2]] == ["--as-of", "--target"]
    assert refusal.value.sentences[2] == f"The input folder {tmp_path / 'nowhere'} does not exist."


def test_a_day_to_come_is_no_as_of_date(request_of):
    """Tomorrow may be today elsewhere; a slip in the year would make everybody look lost."""
    today = datetime.now(UTC).date()
    later, elsewhere = (today + timedelta(days=days) for days in (2, 1))
    with pytest.raises(WrongCall, match=f"--as-of is {later}, a day to come: today is {today}"):
        refresh(request_of(as_of=later.isoformat()))
    for request in (
        request_of(as_of=elsewhere.isoformat(), target="sparc"),
        request_of(as_of=later.isoformat(), target="sparc", accept_change=True),
    ):
        with pytest.raises(WrongCall) as refusal:
            refresh(request)
        assert [sentence.split(" is ")[0] for sentence in refusal.value.sentences] == ["--target"]


def test_a_project_file_that_is_no_yaml_is_said(request_of, dbt_project):
    (dbt_project / "dbt_project.yml").write_text("vars:\n  as_of_date: 2026-02-30\n")
    with pytest.raises(WrongCall, match=r"dbt_project.yml cannot be read: .*day"):
        refresh(request_of())


def test_a_test_that_cannot_be_asked_again_hides_nothing(warehouse):
    def told(sql: str, status: str = "fail") -> list[str]:
        return problems_of(NodeFailure("a_test", "test", status, "Got 1 result", sql), warehouse)

    found = "select 'a\n is  empty.' as problem"
    assert told(found) == []  # no build file
    assert not warehouse.build_file.exists()
    with duckdb.connect(str(warehouse.build_file)) as connection:
        connection.execute("create table t as select 1 as a")

    assert told(found) == ["a is empty"]
    assert told("select unnest(['x', 'y.', 'x']) as problem") == ["x", "y"]
    assert told("select a from t -- no such column") == []
    assert told("select null as problem") == []
    assert told("select 'x' as problem where false") == []
    assert told("no SQL") == told("") == told(found, status="error") == []


def test_refresh_records_why_it_was_refused(request_of, warehouse):
    with pytest.raises(DataRefused) as refusal:
        refresh(request_of({"orders.csv": b""}))

    state = read_state(warehouse)
    assert (state["status"], state["message"]) == ("refused", str(refusal.value))
    assert state["finished_at"] >= state["started_at"]
    assert not warehouse.published_file.exists()


RUNNER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from customer_segmentation.refresh import RefreshRequest, refresh
from customer_segmentation.warehouse import Warehouse
input_folder, warehouse, project = map(Path, sys.argv[1:])
refresh(RefreshRequest(input_folder, Warehouse(warehouse), project, "2026-06-30"))
"""


def wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_refresh_succeeds_unaided_after_kill_in_the_middle_of_a_build(request_of, warehouse):
    request = request_of()
    refresh(request)
    before = warehouse.published_file.read_bytes()
    log = warehouse.log_folder / "dbt.log"
    log.unlink()
    arguments = [str(path) for path in (request.input_folder, warehouse.folder, request.project)]

    with subprocess.Popen([sys.executable, "-c", RUNNER, *arguments], env={**os.environ, "SLOW": "1"}) as run:
        wait_for(lambda: log.is_file() and "START sql table model marts.customer_segments" in log.read_text())
        with pytest.raises(EnvironmentFault, match=rf"Another run \(process {run.pid}, started"):
            refresh(request)
        run.send_signal(signal.SIGKILL)
        run.wait()

    assert read_state(warehouse)["status"] == "running"
    assert warehouse.published_file.read_bytes() == before
    report = refresh(request)

    assert "was cut off before its end" in report.notices[0]
    assert [run["status"] for run in read_runs(warehouse)] == ["published", "cut_off", "published"]
    assert published(warehouse, "select run_id from publish_info") == [(report.run_id,)]
    assert read_state(warehouse)["status"] == "published"
    # killed after it has published and before it says so
    write_state(warehouse, {**read_state(warehouse), "status": "running"})
    with pytest.raises(DataRefused):
        refresh(request_of({"orders.csv": b""}))
    assert [run["status"] for run in read_runs(warehouse)[3:]] == ["published", "refused"]
