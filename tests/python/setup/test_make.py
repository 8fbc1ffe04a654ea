"""The lock, `make`, and what git leaves out."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest

from helpers import ROOT


def locked_requirements() -> dict[str, list[str]]:
    """The blocks of requirements.lock by package; a package may be locked once per Python version."""
    blocks: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text()):
        found = re.match(r"([a-z0-9][a-z0-9-]*)==\S+", block)
        assert found, f"not a pinned requirement: {block.splitlines()[0]}"
        blocks.setdefault(found.group(1), []).append(block)
    return blocks


def test_lock_has_a_hash_for_every_requirement():
    for name, blocks in locked_requirements().items():
        for block in blocks:
            assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), name


def test_lock_names_no_index_and_no_address():
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|file:|index-url|find-links|trusted-host| @ ", text)


def test_lock_holds_everything_that_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    asked += project["optional-dependencies"]["build"]
    names = {re.match(r"[A-Za-z0-9._-]+", text).group().lower().replace("_", "-") for text in asked}
    assert names <= set(locked_requirements())


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment.pop("MFLAGS", None)
    return subprocess.run(
        ["make", "-s", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def make_example(tmp_path):
    """`make example` with a stand-in for the console script that notes its arguments."""
    commands = tmp_path / "bin"
    commands.mkdir()
    calls = tmp_path / "calls"
    script = commands / "customer-segmentation"
    script.write_text(f'#!/bin/sh\necho "$@" >> "{calls}"\nmkdir -p "$3/truth"\n')
    script.chmod(0o755)
    example = tmp_path / "example"

    def run(*arguments: str) -> tuple[subprocess.CompletedProcess, list[str]]:
        done = make("example", "SETUP=true", f"BIN={commands}", f"EXAMPLE={example}", *arguments)
        return done, calls.read_text().splitlines() if calls.exists() else []

    run.folder = example
    return run


@needs_make
def test_make_example_generates_once_per_settings(make_example):
    done, calls = make_example()
    assert done.returncode == 0, done.stderr
    assert calls == [f"example --output {make_example.folder} --until 2026-06-30"]
    assert len(make_example()[1]) == 1
    _, calls = make_example("CUSTOMERS=50", "SEED=3")
    assert calls[1:] == [f"example --output {make_example.folder} --until 2026-06-30 --customers 50 --seed 3"]


@needs_make
def test_make_example_leaves_a_folder_of_somebody_else_alone(make_example):
    make_example.folder.mkdir()
    (make_example.folder / "customers.csv").write_text("customer_id\n1\n")
    done, calls = make_example()
    assert done.returncode == 2
    assert "move it away" in done.stderr
    assert calls == []
    assert (make_example.folder / "customers.csv").exists()


@needs_make
def test_make_run_keeps_the_example_out_of_everybodys_warehouse(make_example):
    plan = make("-n", "run", "SETUP=true", f"EXAMPLE={make_example.folder}").stdout
    assert f'--input "{make_example.folder}" --as-of 2026-06-30 --warehouse "warehouse/example"' in plan
    assert "EXAMPLE_WAREHOUSE=warehouse/example" in make("help").stdout


@needs_make
def test_make_help_lists_every_target():
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M).group(1).split()
    listed = re.findall(r"^  make (\w+) +\S", make("help").stdout, re.M)
    assert sorted(listed) == sorted(targets)


def test_ci_runs_the_tests():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git repository")
@pytest.mark.parametrize(
    "path",
    [
        ".venv/bin/python",
        "dbt_packages/dbt_utils/dbt_project.yml",
        "example_data/orders.parquet",
        "warehouse/build.duckdb",
        "warehouse/example/build.duckdb",
        "target/manifest.json",
        "logs/setup.log",
        "customer_segmentation.egg-info/PKG-INFO",
    ],
)
def test_git_ignores_what_is_made(path):
    done = subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=ROOT, check=False)
    assert done.returncode == 0
