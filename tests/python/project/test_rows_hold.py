"""The test rows_hold: each kind of rule goes red for what it must, in one sentence, and no misread rule passes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from helpers import ROOT

pytestmark = pytest.mark.warehouse

TABLE = """
select * from (values
    (1, 'x', 'did', 'a', 10),
    (2, 'x', 'didd', 'a', -1),
    (3, 'y', 'did_not', 'b', null),
    (4, 'it''s', 'stopped', null, 5),
    (5, null, null, null, -2),
    (6, null, 'didd', null, 7)
) as given(id, code, kind, part, amount)
"""
PARENTS = "select * from (values ('x'), ('y'), (null)) as given(code)"
DID = ["did", "did_not", "stopped"]

# case: (arguments, config, [(problem, rows)] expected)
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, int]]]] = {
    "unique": ({"unique": ["id", "code"]}, {}, [("code is repeated: 'x' stands in 2 rows", 2)]),
    "unique_ignores_null": ({"unique": [{"column": "code", "where": "id <> 2"}]}, {}, []),
    "unique_where": (
        {"unique": [{"column": "code", "where": "kind <> 'other' or id = 0"}]},
        {},
        [("code is repeated: 'x' stands in 2 rows where kind <> 'other' or id = 0", 2)],
    ),
    "unique_of_several": (
        {"unique": ["kind", "part"]},
        {},
        [("kind is repeated: 'didd' stands in 2 rows", 2), ("part is repeated: 'a' stands in 2 rows", 2)],
    ),
    "keys": (
        {"keys": [["id", "code"], ["code", "part"]]},
        {},
        [("code, part are repeated: 'x', 'a' stand in 2 rows; so do other values, 2 in all", 4)],
    ),
    # null is a value of a combination
    "keys_of_one_column": (
        {"keys": [{"columns": ["code"], "where": "id > 3"}]},
        {},
        [("code is repeated: empty stands in 2 rows where id > 3", 2)],
    ),
    "keys_where": ({"keys": [{"columns": ["code", "part"], "where": "id in (1, 3, 5)"}]}, {}, []),
    "filled": (
        {"filled": ["id", "part", "amount"]},
        {},
        [("part is empty in 3 rows", 3), ("amount is empty in 1 row", 1)],
    ),
    "filled_where": (
        {"filled": [{"column": "amount", "where": "id < 3 or id = 4"}, {"column": "part", "where": "id = 4"}]},
        {},
        [("part is empty in 1 row where id = 4", 1)],
    ),
    # null is no wrong value
    "values": (
        {"values": {"kind": DID}},
        {},
        [("kind is 'didd', none of did, did_not, stopped, in 2 rows", 2)],
    ),
    "values_hold": ({"values": {"kind": [*DID, "didd"], "code": ["x", "y", "it's"]}}, {}, []),
    "values_of_numbers": (
        {"values": {"id": [1, 2, 3, 4, 5]}},
        {},
        [("id is '6', none of 1, 2, 3, 4, 5, in 1 row", 1)],
    ),
    "values_where": (
        {"values": {"kind": {"values": DID, "where": "id < 2 or id = 6"}}},
        {},
        [("kind is 'didd', none of did, did_not, stopped, in 1 row where id < 2 or id = 6", 1)],
    ),
    "references": (
        {"references": {"code": {"to": "ref('parents')", "field": "code"}}},
        {},
        [("code is 'it's', no code of parents, in 1 row", 1)],
    ),
    "references_where": (
        {"references": {"code": {"to": "ref('parents')", "field": "code", "where": "id <> 4"}}},
        {},
        [],
    ),
    # a row whose condition is null passes, and an `or` stays inside its rule
    "rows": (
        {"rows": {"id_is_there": "id > 0", "amount_is_positive": "amount > 0", "either": "id = 1 or amount < 0"}},
        {},
        [("amount_is_positive does not hold in 2 rows", 2), ("either does not hold in 2 rows", 2)],
    ),
    "rows_where": (
        {"rows": {"amount_is_positive": {"holds": "amount > 0", "where": "id = 1 or id = 2"}}},
        {},
        [("amount_is_positive does not hold in 1 row where id = 1 or id = 2", 1)],
    ),
    "where_of_the_whole_test": (
        {
            "unique": ["code"],
            "filled": ["part", {"column": "amount", "where": "id > 2"}],
            "references": {"code": {"to": "ref('parents')", "field": "code"}},
            "rows": {"amount_is_positive": "amount > 0"},
        },
        {"where": "id <= 3 and id <> 1"},
        [
            ("amount is empty in 1 row where id > 2", 1),
            ("amount_is_positive does not hold in 1 row", 1),
        ],
    ),
}  # fmt: skip

REFUSED = {
    "nothing": ({}, "rows_hold checks nothing"),
    "empty_lists": ({"unique": [], "rows": {}}, "rows_hold checks nothing"),
    "one_word": ({"unique": "code"}, "'unique' of rows_hold is code; it takes a list"),
    "key_that_is_no_list": ({"keys": ["id", "code"]}, "'keys' of rows_hold is id; it takes a list of columns"),
    "no_values": ({"values": {"kind": []}}, "it takes a list of values"),
    "misspelt_where": ({"filled": [{"column": "id", "were": "id > 1"}]}, "it takes nothing but column and where"),
    "empty_where": ({"filled": [{"column": "id", "where": " "}]}, "it takes a condition in SQL under where"),
    "no_field": ({"references": {"code": {"to": "ref('parents')"}}}, "it takes field to be given"),
    "no_condition": ({"rows": {"holds": True}}, "it takes a condition in SQL"),
    "list_of_rows": ({"rows": ["id > 0"]}, "'rows' of rows_hold is ['id > 0']; it takes a mapping"),
}  # fmt: skip


def write_project(folder: Path, tests: list[dict[str, Any]]) -> None:
    shutil.copytree(ROOT / "macros/tests", folder / "macros")
    (folder / "tests/generic").mkdir(parents=True)
    shutil.copy(ROOT / "tests/generic/rows_hold.sql", folder / "tests/generic")
    (folder / "models").mkdir()
    (folder / "models/given.sql").write_text(TABLE)
    (folder / "models/parents.sql").write_text(PARENTS)
    project = {"name": "tiny", "profile": "tiny", "models": {"tiny": {"+materialized": "table"}}}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    output = {"type": "duckdb", "path": str(folder / "tiny.duckdb"), "threads": 1}
    profile = {"tiny": {"target": "test", "outputs": {"test": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    models = [{"name": "given", "data_tests": [{"rows_hold": test} for test in tests]}]
    (folder / "models/models.yml").write_text(yaml.safe_dump({"models": models}))


def run_dbt(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", command, "--profiles-dir", str(folder)],
        cwd=folder,
        env={**os.environ, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, list[tuple[str, int]]]]:
    """Of each case what dbt says, and the rows that its SQL gives."""
    folder = tmp_path_factory.mktemp("rows_hold")
    tests = [
        {"name": name, "arguments": arguments, "config": config}
        for name, (arguments, config, _) in CASES.items()
    ]
    write_project(folder, tests)
    done = run_dbt(folder, "build")
    results = json.loads((folder / "target/run_results.json").read_text())["results"]
    assert results, done.stdout
    with duckdb.connect(str(folder / "tiny.duckdb"), read_only=True) as connection:
        return {
            result["unique_id"].split(".")[2]: (
                result["status"],
                connection.execute(result["compiled_code"]).fetchall(),
            )
            for result in results
            if result["unique_id"].startswith("test.")
        }


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_rule_goes_red_for_what_it_must(found, case: str) -> None:
    status, rows = found[case]
    expected = CASES[case][2]
    assert rows == expected
    assert status == ("fail" if expected else "pass")


def test_every_kind_of_rule_has_a_case_that_fails() -> None:
    failing = {kind for arguments, _, expected in CASES.values() if expected for kind in arguments}
    assert failing == {"unique", "keys", "filled", "values", "references", "rows"}


READ_RULES = """
import json, sys
from dbt.cli.main import dbtRunner
folder, cases = sys.argv[1], json.loads(sys.argv[2])
words = ["--project-dir", folder, "--profiles-dir", folder]
parsed = dbtRunner().invoke(["-q", "parse", *words]).result
for name, given in cases.items():
    given = {"unique": [], "keys": [], "filled": [], "values": {}, "references": {}, "rows": {}, **given}
    said = []
    runner = dbtRunner(manifest=parsed, callbacks=[lambda event: said.append(event.info.msg)])
    done = runner.invoke(["-q", "run-operation", "rules_of_rows", "--args", json.dumps(given), *words])
    print(json.dumps([name, done.success, " ".join(said)]), flush=True)
"""


def test_rules_that_cannot_be_read_stop_the_run(tmp_path: Path) -> None:
    cases = {name: arguments for name, (arguments, _) in REFUSED.items()} | {"readable": {"unique": ["id"]}}
    write_project(tmp_path, [])
    done = subprocess.run(
        [sys.executable, "-c", READ_RULES, str(tmp_path), json.dumps(cases)],
        cwd=tmp_path,
        env={**os.environ, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    said = {name: (is_read, " ".join(words.split())) for name, is_read, words in answers}
    assert set(said) == set(cases), done.stderr + done.stdout
    assert said.pop("readable")[0]
    for name, (is_read, words) in said.items():
        assert not is_read, name
        assert REFUSED[name][1] in words, (name, words)


def test_rows_hold_without_arguments_does_not_compile(tmp_path: Path) -> None:
    write_project(tmp_path, [{"name": "idle"}])
    done = run_dbt(tmp_path, "parse")
    assert done.returncode != 0
    assert "rows_hold checks nothing" in done.stdout
