"""The console script: exit codes, one sentence on stderr, a fast start."""

import json
import os
import subprocess
import sys
import time

import pytest

from customer_segmentation import cli
from customer_segmentation.errors import DataRefused, EnvironmentFault, WrongCall


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "customer_segmentation.cli", *arguments]
    settings = os.environ | environment
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "command", [[], ["example"], ["load"], ["refresh"], ["status"], ["personas"], ["query"], ["rejected"]]
)
def test_help_tells_the_exit_codes(command):
    result = run(*command, "--help")

    assert result.returncode == 0
    words = " ".join(result.stdout.split())
    assert "0 done; 1 data refused, nothing published; 2 wrong call or configuration; 3 environment" in words


def test_json_tells_a_call_that_cannot_be_parsed_too():
    done = run("refresh", "--inptu", "x", "--json")
    assert done.returncode == 2
    assert "--inptu" in done.stderr
    said = json.loads(done.stdout)
    assert (said["status"], said["exit_code"]) == ("failed", 2)
    assert "--inptu" in said["message"]


def test_help_loads_nothing_heavy():
    script = (
        "import sys\nfrom customer_segmentation import cli\n"
        "print([name for name in ('duckdb', 'dbt', 'pandas', 'numpy', 'rich.table') if name in sys.modules])"
    )
    started = time.monotonic()
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"
    assert time.monotonic() - started < 2


def test_load_answers_with_the_exit_code_of_its_fault(warehouse, deliver, tmp_path):
    folder = deliver({"customers.csv": "customer_id\nA\n", "orders.csv": ""})

    refused = run("load", "--input", str(folder), "--warehouse", str(warehouse.folder))
    wrong = run("load", "--input", str(tmp_path / "nowhere"), "--warehouse", str(warehouse.folder))
    unknown = run("load", "--nothing")

    assert (refused.returncode, wrong.returncode, unknown.returncode) == (1, 2, 2)
    told = "orders.csv is empty (0 bytes); expected a header with the column names."
    assert refused.stderr.splitlines()[-1] == told
    assert (
        run("load", "--input", str(folder), "--warehouse", str(warehouse.folder), "--quiet").stderr
        == f"{told}\n"
    )
    assert refused.stdout == ""


def test_load_says_what_it_read(warehouse, deliver):
    orders = "order_id,customer_id,ordered_at\n1,A,2026-01-01\n2\n"
    folder = deliver({"customers.csv": "customer_id\nA\n", "orders.csv": orders})

    result = run("load", "--input", str(folder), "--warehouse", str(warehouse.folder))

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[:3] == [
        "table      file           rows read  malformed lines",
        "customers  customers.csv  1          0",
        "orders     orders.csv     2          1",
    ]


def test_load_finds_the_warehouse_where_plain_dbt_does(warehouse, deliver):
    folder = deliver({"customers.csv": "customer_id\nA\n", "orders.csv": "order_id,customer_id,ordered_at\n"})

    result = run(
        *("load", "--input", str(folder), "--allow-empty", "orders"),
        CUSTOMER_SEGMENTATION_WAREHOUSE=str(warehouse.folder),
    )

    assert result.returncode == 0, result.stderr
    assert str(warehouse.folder) in result.stdout


def test_traceback_is_shown_on_request_only(warehouse, tmp_path):
    arguments = ["status", "--warehouse", str(tmp_path / "nowhere")]

    assert "Traceback" not in run(*arguments).stderr
    shown = run(*arguments, "--traceback")
    assert "Traceback" in shown.stderr
    assert shown.returncode == 2


def test_status_of_a_warehouse_where_nothing_ran(warehouse):
    result = run("status", "--warehouse", str(warehouse.folder))

    assert result.returncode == 0
    assert "No refresh has run" in result.stdout
    assert "Nothing is published yet." in result.stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DataRefused("No."), 1),
        (WrongCall("No."), 2),
        (EnvironmentFault("No."), 3),
        (RuntimeError("No."), 3),
        (KeyboardInterrupt(), 3),
    ],
)
def test_main_exits_with_the_code_of_the_error(monkeypatch, capsys, error, code):
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    monkeypatch.setattr(sys, "argv", ["customer-segmentation"])

    with pytest.raises(SystemExit) as exit_:
        cli.main()

    assert exit_.value.code == code
    assert len(capsys.readouterr().err.splitlines()) == 1
