"""Set-up: what it does again and what it skips, where dbt packages come from, what it says when it fails."""

import ast
import functools
import http.server
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
import tomllib
from pathlib import Path

import pytest

from helpers import ROOT

SCRIPT = ROOT / "scripts" / "setup.py"
ALL_STEPS = ["environment", "project", "packages"]


@pytest.fixture
def setup():
    spec = importlib.util.spec_from_file_location("project_setup", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path, setup):
    """A small copy of the project that looks set up: stamp, commands and dbt package are in place."""
    root = tmp_path / "a project"
    (root / "scripts").mkdir(parents=True)
    shutil.copy(SCRIPT, root / "scripts" / "setup.py")
    for name in ("requirements.lock", "pyproject.toml", "packages.yml"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "offline_packages", root / "offline_packages")
    shutil.copytree(root / "offline_packages" / "dbt_utils", root / "dbt_packages" / "dbt_utils")
    (root / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "customer-segmentation"):
        (root / ".venv" / "bin" / name).touch()
    (root / "logs").mkdir()
    setup.write_stamp(root, {**setup.wanted_stamp(root), "packages_from": "offline"})
    return root


@pytest.fixture
def dbt_project(project):
    """The same with the dbt of the environment that runs the tests, and nothing in dbt_packages."""
    shutil.rmtree(project / ".venv")
    shutil.rmtree(project / "dbt_packages")
    (project / ".venv").symlink_to(sys.prefix)
    (project / "dbt_project.yml").write_text("name: tiny\nversion: 1.0.0\nprofile: tiny\n")
    return project


def steps(setup, root: Path, packages: str = "auto") -> list[str]:
    return setup.steps_to_do(
        root, stamp=setup.read_stamp(root), wanted=setup.wanted_stamp(root), packages=packages
    )


# --- Python -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_python_problem_accepts_supported_versions(setup, version):
    assert setup.python_problem(version, "python3") is None


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 9, 6), (3, 10, 13), (3, 14, 0)])
def test_python_problem_is_one_sentence_with_found_and_needed_version(setup, version):
    sentence = setup.python_problem(version, "python3")
    assert "needs Python 3.11 to 3.13" in sentence
    assert f"python3 is {version[0]}.{version[1]}:" in sentence
    assert "\n" not in sentence


def test_supported_versions_are_those_of_pyproject(setup):
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    newest = (setup.NEWEST[0], setup.NEWEST[1] + 1)
    assert declared == ">={}.{},<{}.{}".format(*setup.OLDEST, *newest)


def test_script_can_be_read_by_an_old_python():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 7))


def test_script_imports_the_standard_library_only():
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text()))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert imported <= sys.stdlib_module_names


# --- the stamp ----------------------------------------------------------------------------------------------


def test_steps_to_do_is_empty_when_all_is_in_place(setup, project):
    assert steps(setup, project) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("requirements.lock", ALL_STEPS),
        ("pyproject.toml", ["project"]),
        ("packages.yml", ["packages"]),
        ("offline_packages/dbt_utils/macros/sql/star.sql", ["packages"]),
    ],
)
def test_steps_to_do_follow_a_changed_file(setup, project, changed, expected):
    with (project / changed).open("a") as file:
        file.write("\n# changed\n")
    assert steps(setup, project) == expected


@pytest.mark.parametrize(
    ("removed", "expected"),
    [
        (".venv", ALL_STEPS),
        (".venv/setup-stamp.json", ALL_STEPS),
        (".venv/bin/python", ALL_STEPS),
        (".venv/bin/customer-segmentation", ["project"]),
        ("dbt_packages", ["packages"]),
    ],
)
def test_steps_to_do_follow_what_is_missing(setup, project, removed, expected):
    path = project / removed
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert steps(setup, project) == expected


def test_steps_to_do_are_all_for_another_python(setup, project, monkeypatch):
    monkeypatch.setattr(sys, "version", "3.12.0 (another)")
    assert steps(setup, project) == ALL_STEPS


def test_steps_to_do_are_all_for_a_moved_folder(setup, project):
    moved = project.rename(project.with_name("moved"))
    assert steps(setup, moved) == ALL_STEPS


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_steps_to_do_are_all_for_a_damaged_stamp(setup, project, content):
    setup.stamp_path(project).write_text(content)
    assert steps(setup, project) == ALL_STEPS


@pytest.mark.parametrize(("wish", "expected"), [("auto", []), ("offline", []), ("hub", ["packages"])])
def test_steps_to_do_follow_the_wish_for_packages(setup, project, wish, expected):
    assert steps(setup, project, wish) == expected


def test_set_up_goes_on_where_it_was_interrupted(setup, project, monkeypatch):
    shutil.rmtree(project / ".venv")
    done = []

    def environment(root, runner):
        done.append("environment")
        (root / ".venv" / "bin").mkdir(parents=True)
        (root / ".venv" / "bin" / "python").touch()

    def failing_project(root, runner):
        raise setup.SetupError("no")

    def working_project(root, runner):
        done.append("project")
        (root / ".venv" / "bin" / "customer-segmentation").touch()

    monkeypatch.setattr(setup, "install_environment", environment)
    monkeypatch.setattr(setup, "install_packages", lambda root, runner, packages: "offline")
    monkeypatch.setattr(setup, "install_project", failing_project)
    with pytest.raises(setup.SetupError):
        setup.set_up(project)
    assert steps(setup, project) == ["project", "packages"]
    monkeypatch.setattr(setup, "install_project", working_project)
    setup.set_up(project)
    assert done == ["environment", "project"]
    assert steps(setup, project) == []


def test_warm_set_up_runs_nothing_and_says_what_is_installed(project):
    done = subprocess.run(
        [sys.executable, project / "scripts" / "setup.py"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "Set-up: ready; dbt_utils is the offline copy in offline_packages\n"
    assert list((project / "logs").iterdir()) == []


def test_warm_set_up_is_much_faster_than_importing_dbt(project):
    def seconds(*arguments) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return time.perf_counter() - started

    importing = min(seconds("-c", "import dbt.cli.main") for _ in range(2))
    warm = min(seconds(project / "scripts" / "setup.py") for _ in range(3))
    assert warm < importing / 3


# --- dbt packages -------------------------------------------------------------------------------------------


def test_declared_packages_reads_the_projects_packages(setup):
    assert setup.declared_packages(ROOT) == ["dbt_utils"]


def test_declared_packages_reads_all_kinds(setup, tmp_path):
    (tmp_path / "packages.yml").write_text(
        "packages:\n  - package: a/b_c\n    version: 1.0.0\n  - git: 'https://example.org/x/d_e.git'\n"
        "  - local: ../f_g/\n# - package: not/this\n"
    )
    assert setup.declared_packages(tmp_path) == ["b_c", "d_e", "f_g"]


def test_offline_copy_replaces_what_was_there(setup, project):
    (project / "dbt_packages" / "dbt_utils" / "old.sql").touch()
    setup.copy_offline_packages(project)
    copied = project / "dbt_packages" / "dbt_utils"
    assert not (copied / "old.sql").exists()
    assert (copied / "macros" / "sql" / "star.sql").exists()
    assert [path.name for path in (project / "dbt_packages").iterdir()] == ["dbt_utils"]


def test_offline_copy_names_a_package_it_does_not_have(setup, project):
    with (project / "packages.yml").open("a") as file:
        file.write("  - package: somebody/other_package\n    version: 1.0.0\n")
    with pytest.raises(setup.SetupError, match="offline_packages has no other_package"):
        setup.copy_offline_packages(project)


class Hub:
    """A dbt hub on this machine that serves one package."""

    def __init__(self, folder: Path, *, package: Path, with_archive: bool) -> None:
        handler = functools.partial(QuietHandler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        version = {
            "id": "dbt-labs/dbt_utils/1.3.0",
            "name": "dbt_utils",
            "version": "1.3.0",
            "packages": [],
            "require_dbt_version": [],
            "downloads": {"tarball": self.url + "archive.tar.gz"},
        }
        listing = {"name": "dbt_utils", "namespace": "dbt-labs", "versions": {"1.3.0": version}}
        (folder / "api" / "v1" / "dbt-labs").mkdir(parents=True)
        (folder / "api" / "v1" / "index.json").write_text(json.dumps(["dbt-labs/dbt_utils"]))
        (folder / "api" / "v1" / "dbt-labs" / "dbt_utils.json").write_text(json.dumps(listing))
        if with_archive:
            with tarfile.open(folder / "archive.tar.gz", "w:gz") as archive:
                archive.add(package, "dbt-utils-1.3.0")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture
def hub(tmp_path, monkeypatch):
    hubs = []

    def start(*, with_archive: bool = True) -> Hub:
        folder = tmp_path / "hub"
        folder.mkdir()
        hubs.append(Hub(folder, package=ROOT / "offline_packages" / "dbt_utils", with_archive=with_archive))
        monkeypatch.setenv("DBT_PACKAGE_HUB_URL", hubs[-1].url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        return hubs[-1]

    yield start
    for one in hubs:
        one.close()


def install(setup, root: Path, packages: str) -> str:
    return setup.install_packages(root, setup.Runner(root, verbose=False), packages=packages)


@pytest.mark.parametrize("packages", ["auto", "hub"])
def test_packages_come_from_the_hub_where_it_answers(setup, dbt_project, hub, packages):
    hub()
    assert install(setup, dbt_project, packages) == "hub"
    assert (dbt_project / "dbt_packages" / "dbt_utils" / "macros" / "sql" / "star.sql").exists()


def test_packages_come_from_the_offline_copy_where_no_hub_answers(setup, dbt_project, monkeypatch):
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", "http://127.0.0.1:9/")
    assert install(setup, dbt_project, "auto") == "offline"
    assert (dbt_project / "dbt_packages" / "dbt_utils" / "macros" / "sql" / "star.sql").exists()
    assert not (dbt_project / "package-lock.yml").exists()


def test_packages_come_from_the_offline_copy_where_the_hub_stays_silent(setup, dbt_project, monkeypatch):
    monkeypatch.setattr(setup, "HUB_ANSWER_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DBT_PACKAGE_HUB_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert install(setup, dbt_project, "auto") == "offline"


def test_packages_come_from_the_offline_copy_where_the_archive_is_out_of_reach(
    setup, dbt_project, hub, monkeypatch
):
    monkeypatch.setattr(setup, "HUB_SECONDS", 1)  # the least that is left to `dbt deps` is five seconds
    hub(with_archive=False)
    assert install(setup, dbt_project, "auto") == "offline"
    assert (dbt_project / "dbt_packages" / "dbt_utils" / "dbt_project.yml").exists()
    assert not (dbt_project / "package-lock.yml").exists()


def test_packages_hub_is_an_error_where_no_hub_answers(setup, dbt_project, monkeypatch):
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", "http://127.0.0.1:9/")
    with pytest.raises(setup.SetupError, match="hub does not answer"):
        install(setup, dbt_project, "hub")
    assert not (dbt_project / "dbt_packages").exists()


# --- what goes wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "whose hash is not"),
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))", "PIP_CERT"),
        ("NewConnectionError(...)\nERROR: No matching distribution found for agate==1.9.1", "cannot reach"),
        ("ERROR: No matching distribution found for agate==1.9.1", "has no agate==1.9.1 that fits"),
        ("Collecting\nERROR: something odd\n", "pip failed: something odd"),
        ("", "pip failed."),
    ],
)
def test_explain_pip_is_one_sentence(setup, output, words):
    sentence = setup.explain_pip(output)
    assert words in sentence
    assert "\n" not in sentence


def test_failure_is_told_without_a_traceback(project):
    (project / "requirements.lock").unlink()
    done = subprocess.run(
        [sys.executable, project / "scripts" / "setup.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "requirements.lock" in done.stderr
    assert "Traceback" not in done.stderr


def test_runner_stops_a_command_at_its_time_limit(setup, project):
    runner = setup.Runner(project, verbose=False)
    command = [sys.executable, "-c", "print('begun', flush=True); import time; time.sleep(60)"]
    code, _ = runner.run(command, timeout=1)
    assert code is None
    assert runner.run([sys.executable, "-c", "print('next')"]) == (0, "next\n")


# --- requirements.lock --------------------------------------------------------------------------------------


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


# --- make ---------------------------------------------------------------------------------------------------


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
        "package-lock.yml",
        "example_data/orders.parquet",
        "warehouse/build.duckdb",
        "target/manifest.json",
        "logs/setup.log",
        "customer_segmentation.egg-info/PKG-INFO",
    ],
)
def test_git_ignores_what_is_made(path):
    done = subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=ROOT, check=False)
    assert done.returncode == 0
