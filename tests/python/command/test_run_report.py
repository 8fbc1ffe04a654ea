"""A refresh that is called by a schedule or a program: errors only, or one JSON object."""

import json
import re
from datetime import date

import pytest

from customer_segmentation import cli, console_report
from customer_segmentation import refresh as refreshing
from customer_segmentation.errors import DataRefused, EnvironmentFault
from customer_segmentation.guards import TableCounts
from customer_segmentation.refresh import RefreshReport
from customer_segmentation.rejections import Rejection
from customer_segmentation.scheme_usage import SchemeUsage


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """`customer-segmentation refresh` with a stand-in for the run: exit code, stdout, stderr."""

    def run(outcome: RefreshReport | Exception, *options: str) -> tuple[int, str, str]:
        def stand_in(request, listener):
            listener.phase("Loading the input")
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(refreshing, "refresh", stand_in)
        monkeypatch.setattr(console_report, "show_refresh", lambda report, warehouse: print("answers"))
        words = ["refresh", "--input", str(tmp_path), "--as-of", "2026-06-30", "--warehouse", str(tmp_path)]
        monkeypatch.setattr("sys.argv", ["customer-segmentation", *words, *options])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def report(tmp_path) -> RefreshReport:
    return RefreshReport(
        "r1",
        date(2026, 6, 30),
        tmp_path / "segments.duckdb",
        counts=[TableCounts("orders", 3, 2, 1)],
        notices=["A notice with an umlaut: ü."],
        scheme_usage=SchemeUsage(("rfm",), (("no_inputs", "macro"),)),
        rejections=[Rejection("orders", "A reason", 1, "O1", "")],
    )


def test_without_options_a_refresh_says_phases_and_answers(call, report):
    code, out, err = call(report)

    assert (code, out) == (0, "answers\n")
    assert re.fullmatch(r"\d\d:\d\d:\d\d Loading the input: done \(0 s\)\n", err)


def test_quiet_says_nothing_of_a_run_that_went_well(call, report):
    assert call(report, "--quiet") == (0, "", "")


def test_quiet_says_errors(call):
    assert call(DataRefused("No rows."), "--quiet") == (1, "", "No rows.\n")


def test_json_is_one_object_of_the_whole_run(call, report):
    code, out, err = call(report, "--json")

    assert (code, err.count("\n"), out.count("\n")) == (0, 1, 1)
    assert json.loads(out) == {
        "status": "published",
        "exit_code": 0,
        "message": "",
        "messages": [],
        "run_id": "r1",
        "as_of_date": "2026-06-30",
        "published_file": str(report.published_file),
        "tables": [
            {
                "input_table": "orders",
                "rows_read": 3,
                "rows_accepted": 2,
                "rows_rejected": 1,
                "rows_erased": 0,
            }
        ],
        "rejections": [
            {
                "input_table": "orders",
                "reason": "A reason",
                "rows_count": 1,
                "example_key": "O1",
                "example_detail": "",
            }
        ],
        "notices": report.notices,
        "schemes_in_use": ["rfm"],
        "schemes_not_in_use": {"macro": "no_inputs"},
    }


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DataRefused("Of ann@example.com."), "refused", 1),
        (EnvironmentFault("Of ann@example.com."), "failed", 3),
        (RuntimeError("Of\nann@example.com."), "failed", 3),
    ],
)
def test_json_says_how_a_run_ended_that_was_not_published(call, error, status, code):
    exit_code, out, err = call(error, "--json", "--quiet")

    message = "Of (e-mail address not shown)."
    assert (exit_code, len(err.splitlines())) == (code, 1)
    assert json.loads(out) == {"status": status, "exit_code": code, "message": message, "messages": [message]}


def test_json_has_every_mistake_by_itself_and_stderr_a_list(call):
    code, out, err = call(
        DataRefused("Of ann@example.com.", "No rows.", closing="It is over."), "--json", "--quiet"
    )

    told = ["Of (e-mail address not shown).", "No rows."]
    assert code == 1
    assert err == f"2 things are wrong:\n1. {told[0]}\n2. {told[1]}\nIt is over.\n"
    assert json.loads(out)["messages"] == told
    assert json.loads(out)["message"] == " ".join(err.split())


def test_an_error_that_nobody_foresaw_is_short(call):
    code, _, err = call(RuntimeError("select " + "a_column,\n" * 500), "--quiet")

    assert (code, err.count("\n")) == (3, 1)
    assert len(err) < 400
    assert "(repeat with --traceback to see where)" in err
