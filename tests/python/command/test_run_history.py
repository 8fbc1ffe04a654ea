"""The list of runs: one line per run, private, and whole whatever happened before."""

import json
import stat

import pytest

from customer_segmentation import console_report
from customer_segmentation.run_history import add_run, read_runs, run_line
from helpers.refreshed import command

STATE = {
    "run_id": "r1",
    "status": "published",
    "as_of_date": "2026-06-30",
    "started_at": "2026-07-01T01:00:00Z",
    "finished_at": "2026-07-01T01:02:00Z",
    "message": "",
    "input_folder": "in",
    "tables": [
        {"input_table": "customers", "rows_read": 9, "rows_accepted": 8, "rows_rejected": 1},
        {"input_table": "orders", "rows_read": 9, "rows_accepted": 7, "rows_rejected": 2},
    ],
}


def test_a_line_keeps_dates_outcome_and_counts():
    assert run_line(STATE) == {
        "run_id": "r1",
        "as_of_date": "2026-06-30",
        "started_at": "2026-07-01T01:00:00Z",
        "finished_at": "2026-07-01T01:02:00Z",
        "status": "published",
        "why": "",
        "customers_count": 8,
        "rows_rejected": 3,
    }
    refused = run_line({**STATE, "status": "refused", "tables": []}, why="input")
    assert (refused["why"], refused["customers_count"], refused["rows_rejected"]) == ("input", None, None)


def test_runs_are_added_and_nobody_else_can_read_them(warehouse):
    for run_id in ("r1", "r2"):
        assert add_run(warehouse, run_line({**STATE, "run_id": run_id})) is None

    assert [run["run_id"] for run in read_runs(warehouse)] == ["r1", "r2"]
    assert stat.S_IMODE(warehouse.runs_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("broken", ['{"run_id": "ha', "[]\n", "words\n", "{}\n", "\n"])
def test_a_line_that_was_cut_off_costs_itself_only(warehouse, broken):
    add_run(warehouse, run_line(STATE))
    with warehouse.runs_file.open("a") as file:
        file.write(broken)
    add_run(warehouse, run_line({**STATE, "run_id": "r2"}))

    assert [run["run_id"] for run in read_runs(warehouse)] == ["r1", "r2"]


def test_a_list_that_cannot_be_written_is_said(warehouse):
    warehouse.runs_file.mkdir()

    assert "could not be written" in (add_run(warehouse, run_line(STATE)) or "")
    assert read_runs(warehouse) == []


def test_status_lists_the_latest_run_first(warehouse):
    add_run(warehouse, run_line(STATE))
    add_run(warehouse, run_line({**STATE, "run_id": "r2", "status": "refused", "tables": []}, why="volume"))

    done = command("status", "--history", "--warehouse", warehouse.folder)

    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines()[1:]] == [
        ["r2", "2026-06-30", "2026-07-01T01:00:00Z", "refused", "volume"],
        ["r1", "2026-06-30", "2026-07-01T01:00:00Z", "published", "8", "3"],
    ]


def test_status_says_that_no_run_ended(capsys):
    console_report.show_runs([])
    assert capsys.readouterr().out == "No run has ended in this warehouse yet.\n"


def test_lines_are_json(warehouse):
    add_run(warehouse, run_line(STATE))
    assert json.loads(warehouse.runs_file.read_text()) == run_line(STATE)
