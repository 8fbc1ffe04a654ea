"""The mutations fit the code as it stands, and their runner tells a failing test from a project that does not run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import ROOT as PROJECT


def _runner():
    spec = importlib.util.spec_from_file_location("mutations_run", PROJECT / "tests" / "mutations" / "run.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutations_run"] = module
    spec.loader.exec_module(module)
    return module


RUN = _runner()
MUTATIONS = RUN.read_mutations()


def test_every_mutation_finds_its_text_once():
    lost = []
    for mutation in MUTATIONS:
        try:
            changed = mutation.applied_to((PROJECT / mutation.file).read_text(encoding="utf-8"))
        except (LookupError, OSError) as error:
            lost.append(f"{mutation.name}: {error}")
            continue
        assert changed.count("\n") == (PROJECT / mutation.file).read_text(encoding="utf-8").count("\n")
    assert lost == []


def test_there_are_enough_mutations_over_all_layers():
    assert len(MUTATIONS) >= 60
    folders = {"/".join(one.file.split("/")[:2]) for one in MUTATIONS}
    assert {
        "models/intermediate",
        "models/staging",
        "macros/cross_db",
        "macros/accept",
        "macros/rfm",
    } <= folders
    assert all(len(one.why.split()) >= 4 for one in MUTATIONS)


def test_every_kind_of_fault_has_three_mutations():
    counts = {kind: sum(one.kind == kind for one in MUTATIONS) for kind in RUN.KINDS}
    assert {RUN.KINDS[kind]: count for kind, count in counts.items() if count < 3} == {}


def test_mutations_of_the_package_name_tests_that_there_are():
    lost = [
        f"{one.name}: {test}"
        for one in MUTATIONS
        for test in one.tests
        if not (PROJECT / test.split("::")[0]).is_file()
    ]
    assert lost == []
    assert [one.name for one in MUTATIONS if one.file.endswith(".py") and not one.tests] == []


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ("def test_sum(): assert 1 + 1 == 2\n", "survived"),
        ("def test_sum(): assert 1 + 1 == 3\n", "caught"),
        ("def test_sum(: assert 1 + 1 == 3\n", "broken"),
    ],
)
def test_pytest_tells_a_failing_test_from_one_that_does_not_run(tmp_path, content, state):
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "package.py").write_text("x = 1\n")
    (tmp_path / "test_it.py").write_text(content)
    mutation = RUN.Mutation("a", "package.py", "x = 1", "x = 2", "why", "", ("test_it.py",))
    outcome = RUN.try_with_pytest(mutation, [tmp_path])
    assert outcome.state == state, outcome.by
    assert (tmp_path / "package.py").read_text() == "x = 1\n"


def test_every_mutation_builds_something_that_there_is(manifest):
    names = {node["name"] for node in manifest["nodes"].values()}
    stale = {
        one.name: one.select
        for one in MUTATIONS
        if not {word.strip("+") for word in one.select.split()} <= names
    }
    assert stale == {}


def one_result(status: str, message: str = "", name: str = "some_node") -> SimpleNamespace:
    return SimpleNamespace(status=status, message=message, node=SimpleNamespace(name=name))


def what_dbt_says(*results: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(result=SimpleNamespace(results=list(results)), exception=None)


@pytest.mark.parametrize(
    ("result", "caught", "broken"),
    [
        (one_result("pass"), 0, 0),
        (one_result("warn"), 0, 0),
        (one_result("skipped"), 0, 0),
        (one_result("fail", "Got 3 results, configured to fail if != 0"), 1, 0),
        (one_result("error", "Runtime Error\n  Invalid Input Error: The rules leave a hole"), 1, 0),
        (one_result("error", "Runtime Error\n  Constraint Error: NOT NULL constraint failed"), 1, 0),
        (one_result("error", "Runtime Error\n  Binder Error: no such column"), 0, 1),
        (one_result("error", "Runtime Error\n  Parser Error: syntax error at or near"), 0, 1),
        (one_result("error", "Compilation Error\n  'nothing' is undefined"), 0, 1),
    ],
)
def test_verdict_of_tells_a_failing_test_from_a_project_that_does_not_run(result, caught, broken):
    verdict = RUN.verdict_of(what_dbt_says(one_result("success"), result))
    assert (len(verdict.caught_by), len(verdict.broken_by)) == (caught, broken)


def test_verdict_of_a_project_that_does_not_parse_is_broken():
    verdict = RUN.verdict_of(SimpleNamespace(result=None, exception=ValueError("unexpected end of template")))
    assert verdict.broken_by == ["unexpected end of template"]
    assert not verdict.caught_by


def test_applied_to_refuses_text_that_moved_or_stands_twice():
    mutation = RUN.Mutation("a", "some.sql", "x > 1", "x >= 1", "why", "some+")
    assert mutation.applied_to("where x > 1") == "where x >= 1"
    for text in ("where x > 2", "x > 1 and x > 1"):
        with pytest.raises(LookupError, match=r"some\.sql has 'x > 1' [02] times"):
            mutation.applied_to(text)


def test_chosen_gives_the_named_ones_or_a_sample_that_the_seed_repeats():
    assert [
        one.name for one in RUN.chosen(MUTATIONS, names=["orders_not_converted"], sample=None, seed=0)
    ] == ["orders_not_converted"]
    samples = [RUN.chosen(MUTATIONS, names=[], sample=12, seed=seed) for seed in (3, 3, 4)]
    assert len({one.name for one in samples[0]}) == 12
    assert samples[0] == samples[1] != samples[2]
    with pytest.raises(LookupError, match="no mutation is named nonsense"):
        RUN.chosen(MUTATIONS, names=["nonsense"], sample=None, seed=0)


def test_read_mutations_refuses_a_name_that_stands_twice_and_a_change_that_is_none(tmp_path):
    row = '[[mutation]]\nname = "a"\nfile = "models/a.sql"\nfind = "x"\nreplace = "{}"\nwhy = "because"\n'
    (tmp_path / "rows.toml").write_text(row.format("y"))
    assert RUN.read_mutations(tmp_path)[0].select == "a+"
    (tmp_path / "rows.toml").write_text(row.format("y") * 2)
    with pytest.raises(ValueError, match="named twice"):
        RUN.read_mutations(tmp_path)
    (tmp_path / "rows.toml").write_text(row.format("x"))
    with pytest.raises(ValueError, match="change nothing"):
        RUN.read_mutations(tmp_path)
    (tmp_path / "rows.toml").write_text(row.format("y") + 'select = "a+2"\n')
    with pytest.raises(ValueError, match="compare new tables with old ones"):
        RUN.read_mutations(tmp_path)
    (tmp_path / "rows.toml").write_text(row.format("y") + "kind = 99\n")
    with pytest.raises(ValueError, match="kind that is none"):
        RUN.read_mutations(tmp_path)


def test_run_mutations_names_a_text_that_moved_without_starting_dbt():
    moved = RUN.Mutation("gone", "dbt_project.yml", "no such text", "", "why", "gone+")
    (outcome,) = RUN.run_mutations([moved], [Path("unused")], Path("unused"))
    assert (outcome.state, outcome.mutation.name) == ("moved", "gone")
    assert "no such text" in RUN.table_of([outcome])
