"""Set-up: what it does and what it skips, where dbt packages come from, what it says when it fails."""

import ast
import functools
import http.server
import importlib.util
import io
import json
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

ALL = ["environment", "packages"]


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """The script in a small copy of the project that looks set up."""
    root = tmp_path / "a project"
    for name in (
        "requirements.lock",
        "pyproject.toml",
        "packages.yml",
        "package-lock.yml",
        "scripts/setup.py",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "offline_packages", root / "offline_packages")
    shutil.copytree(ROOT / "offline_packages", root / "dbt_packages")
    (root / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "dbt", "customer-segmentation"):
        (root / ".venv" / "bin" / name).touch()
    (root / "logs").mkdir()
    (root / "dbt_project.yml").write_text("name: tiny\nversion: 1.0.0\nprofile: tiny\n")
    spec = importlib.util.spec_from_file_location("project_setup", root / "scripts" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.STAMP.write_text(json.dumps(module.wanted()))
    return module


def run_script(setup) -> subprocess.CompletedProcess:
    command = [sys.executable, setup.ROOT / "scripts" / "setup.py"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_supported_pythons_are_those_of_pyproject_and_an_older_one_can_read_the_script(setup):
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert declared == ">={}.{},<{}.{}".format(*setup.OLDEST, setup.NEWEST[0], setup.NEWEST[1] + 1)
    script = ast.parse((ROOT / "scripts/setup.py").read_text(), feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(script)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("found", [[], ["python3.12"]])
def test_a_python_that_does_not_fit_hands_over_or_says_so(setup, monkeypatch, capsys, found):
    called = []
    monkeypatch.setattr(setup.shutil, "which", lambda name: name if name in found else None)
    monkeypatch.setattr(setup.subprocess, "call", lambda *a, **o: 0)
    monkeypatch.setattr(setup.os, "execv", lambda command, words: called.append(command) or sys.exit(0))
    monkeypatch.setattr(setup.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit) as end:
        setup.use_a_python_that_fits()
    assert (called, end.value.code) == (found, 0 if found else 3)
    said = capsys.readouterr().err
    assert found or ("needs Python 3.11 to 3.13" in said and "is 3.10:" in said and said.count("\n") == 1)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("requirements.lock", ALL),
        ("pyproject.toml", ALL),
        ("packages.yml", ["packages"]),
        ("package-lock.yml", ["packages"]),
        ("offline_packages/dbt_utils/macros/sql/star.sql", ["packages"]),
    ],
)
def test_steps_follow_a_changed_file(setup, changed, expected):
    assert setup.steps_to_do("auto") == []
    with (setup.ROOT / changed).open("a") as file:
        file.write("\n# changed\n")
    assert setup.steps_to_do("auto") == expected


@pytest.mark.parametrize(
    ("removed", "expected"),
    [
        (".venv", ALL),
        (".venv/setup-stamp.json", ALL),
        (".venv/bin/python", ALL),
        (".venv/bin/customer-segmentation", ALL),
        ("dbt_packages", ["packages"]),
    ],
)
def test_steps_follow_what_is_missing(setup, removed, expected):
    path = setup.ROOT / removed
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert setup.steps_to_do("auto") == expected


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_damaged_stamp_and_another_python_make_everything_again(setup, monkeypatch, content):
    stamp = setup.STAMP.read_text()
    setup.STAMP.write_text(content)
    assert setup.steps_to_do("auto") == ALL
    setup.STAMP.write_text(stamp)
    assert setup.steps_to_do("auto") == []
    with monkeypatch.context() as another:
        another.setattr(sys, "version", "3.12.0 (another)")
        assert setup.steps_to_do("auto") == ALL


def test_a_moved_folder_makes_everything_again(setup):
    moved = setup.ROOT.rename(setup.ROOT.with_name("moved"))
    spec = importlib.util.spec_from_file_location("moved_setup", moved / "scripts" / "setup.py")
    there = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(there)
    assert there.steps_to_do("auto") == ALL


def test_steps_follow_the_wish_for_packages_and_what_lies_there(setup):
    assert [setup.steps_to_do(wish) for wish in ("auto", "offline", "hub")] == [[], [], ["packages"]]
    (setup.PACKAGES / "dbt_utils" / "macros" / "sql" / "deduplicate.sql").touch()  # only the hub's has it
    assert [setup.steps_to_do(wish) for wish in ("auto", "offline", "hub")] == [[], ["packages"], []]


def test_set_up_goes_on_where_it_was_stopped(setup, monkeypatch):
    done = []
    shutil.rmtree(setup.VENV)

    def environment():
        done.append("environment")
        (setup.VENV / "bin").mkdir(parents=True)
        for name in ("python", "dbt", "customer-segmentation"):
            (setup.VENV / "bin" / name).touch()

    def stopped(wish):
        raise setup.SetupError("no")

    monkeypatch.setattr(setup, "install_environment", environment)
    monkeypatch.setattr(setup, "install_packages", stopped)
    with pytest.raises(setup.SetupError):
        setup.set_up("auto")
    assert setup.steps_to_do("auto") == ["packages"]
    monkeypatch.setattr(setup, "install_packages", done.append)
    setup.set_up("auto")
    assert done == ["environment", "auto"]
    assert setup.steps_to_do("auto") == []


def test_warm_set_up_runs_nothing_is_quick_and_says_what_is_there(setup):
    importing = [sys.executable, "-c", "import dbt.cli.main"]
    started = time.perf_counter()
    subprocess.run(importing, check=True, capture_output=True)
    seconds_of_dbt, started = time.perf_counter() - started, time.perf_counter()
    done = run_script(setup)
    assert time.perf_counter() - started < seconds_of_dbt
    assert done.stdout == "Set-up: ready; dbt_utils is the offline copy in offline_packages\n"
    assert list((setup.ROOT / "logs").iterdir()) == []


# --- the environment ---------------------------------------------------------------------------------------


@pytest.fixture
def commands(setup, monkeypatch):
    """The commands that set-up would run; the first whose words hold a key of `failing` fails with its value."""
    ran, failing = [], {}

    def run(*command, **options):
        words = " ".join(map(str, command))
        ran.append(words)
        setup.VENV.mkdir(exist_ok=True)
        for part, error in failing.items():
            if part in words:
                raise setup.SetupError(error)

    monkeypatch.setattr(setup, "run", run)
    monkeypatch.setattr(setup, "uv_settings", dict)
    return ran, failing


def test_uv_installs_the_lock_and_pip_only_uv_by_its_hash(setup, commands):
    setup.install_environment()
    ran, _ = commands
    assert ["venv" in ran[0], "pip install" in ran[1], "uv pip install" in ran[2]] == [True] * 3
    assert all("--require-hashes" in words for words in ran[1:3])
    assert len(ran) == 4
    only_uv = (setup.VENV / "uv.lock").read_text()
    assert only_uv.startswith("uv==")
    assert only_uv.count("==") == 1
    assert "--hash=sha256:" in only_uv


@pytest.mark.parametrize("at", ["--only-binary", "--index-strategy"])
def test_pip_installs_the_lock_where_uv_cannot(setup, commands, at):
    ran, failing = commands
    failing[at] = "uv failed: no such index"
    setup.install_environment()
    assert [words for words in ran[-2:] if "-m pip install" not in words] == []
    assert ran[-2].endswith(f"--require-hashes -r {setup.ROOT / 'requirements.lock'}")


def test_an_index_out_of_reach_is_not_asked_a_second_time(setup, commands):
    ran, failing = commands
    failing["--only-binary"] = setup.explained("pip", "NewConnectionError")
    with pytest.raises(setup.SetupError, match="cannot reach a Python package index"):
        setup.install_environment()
    assert len(ran) == 2


def test_uv_gets_the_settings_of_pip_but_not_over_its_own(setup, monkeypatch):
    listed = "global.index-url='https://a/simple'\n:env:.index-url='https://b/simple'\nglobal.find-links='/x\\n/y'\n"
    listed += "global.extra-index-url='https://c/simple'\ninstall.user='true'\ninstall.index-url='https://d/simple'\n"
    answer = subprocess.CompletedProcess([], 0, stdout=listed)
    monkeypatch.setattr(setup.subprocess, "run", lambda *arguments, **options: answer)
    monkeypatch.setenv("UV_INDEX", "https://mine/simple")
    monkeypatch.delenv("HOME")
    assert setup.uv_settings() == {
        "UV_DEFAULT_INDEX": "https://b/simple",
        "UV_FIND_LINKS": "/x,/y",
        "UV_INDEX": "https://mine/simple",
        "UV_NO_CACHE": "1",
    }


def test_a_step_says_how_long_it_takes_and_a_long_one_that_it_goes_on(setup, monkeypatch, capsys):
    monkeypatch.setattr(setup, "MOST_SECONDS_OF_SILENCE", 0.2)
    with setup.step("installing a thing"):
        time.sleep(0.7)
    with pytest.raises(ValueError, match="no"), setup.step("asking for more"):
        raise ValueError("no")
    said = capsys.readouterr().out.splitlines()
    assert 4 <= len(said) <= 6
    assert re.fullmatch(r"\d\d:\d\d:\d\d Set-up: installing a thing \(0 s\)", said[0])
    assert re.fullmatch(r"\d\d:\d\d:\d\d Set-up: installing a thing: done \(1 s\)", said[-2])
    assert said[-1].endswith("Set-up: asking for more: stopped (0 s)")


def test_a_step_on_a_terminal_is_one_live_line_that_goes(setup, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "30")
    with setup.step("installing a thing with a long name"):
        pass
    assert screen.getvalue() == "\r\x1b[2KSet-up: installing a thing wi\r\x1b[2K"


# --- dbt packages ------------------------------------------------------------------------------------------


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
def hub(tmp_path, setup, monkeypatch):
    """Starts a hub on this machine; the environment is the one that runs the tests."""
    shutil.rmtree(setup.PACKAGES)
    shutil.rmtree(setup.VENV)
    setup.VENV.symlink_to(sys.prefix)
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


STAR = "dbt_utils/macros/sql/star.sql"


@pytest.mark.parametrize("wish", ["auto", "hub"])
def test_packages_come_from_the_hub_where_it_answers(setup, hub, wish):
    hub()
    setup.install_packages(wish)
    assert (setup.PACKAGES / STAR).exists()
    # in the version of the lock, which stays as it is checked in
    assert (setup.ROOT / "package-lock.yml").read_bytes() == (ROOT / "package-lock.yml").read_bytes()


def test_another_version_than_the_lock_says_is_not_taken(setup, hub):
    lock = setup.ROOT / "package-lock.yml"
    lock.write_text(lock.read_text().replace("1.3.0", "1.2.0"))
    hub()
    with pytest.raises(setup.SetupError, match="hub does not answer"):
        setup.install_packages("hub")


def test_the_lock_is_of_the_packages_that_are_declared():
    from dbt.config.project import load_yml_dict, package_config_from_data
    from dbt.task.deps import _create_sha1_hash

    lock = load_yml_dict(str(ROOT / "package-lock.yml"))
    declared = load_yml_dict(str(ROOT / "packages.yml"))
    assert lock["sha1_hash"] == _create_sha1_hash(package_config_from_data(declared, declared).packages)


def test_packages_come_from_the_offline_copy_where_the_hub_has_no_archive(setup, hub, monkeypatch):
    monkeypatch.setattr(setup, "HUB_SECONDS", 6)
    hub(with_archive=False)
    setup.install_packages("auto")
    assert (setup.PACKAGES / STAR).exists()


def test_packages_come_from_the_offline_copy_where_the_hub_stays_silent(setup, hub, monkeypatch):
    monkeypatch.setattr(setup, "HUB_ANSWER_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DBT_PACKAGE_HUB_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        started = time.perf_counter()
        setup.install_packages("auto")
    assert time.perf_counter() - started < 20  # dbt alone would wait three minutes
    assert (setup.PACKAGES / STAR).exists()


def test_without_a_hub_the_offline_copy_replaces_what_was_there_or_the_wish_is_an_error(
    setup, hub, monkeypatch
):
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", "http://127.0.0.1:9/")
    with pytest.raises(setup.SetupError, match="hub does not answer"):
        setup.install_packages("hub")
    assert not setup.PACKAGES.exists()
    (setup.PACKAGES / "dbt_utils").mkdir(parents=True)
    (setup.PACKAGES / "dbt_utils" / "old.sql").touch()
    setup.install_packages("auto")
    assert (setup.PACKAGES / STAR).exists()
    assert not (setup.PACKAGES / "dbt_utils" / "old.sql").exists()


def test_a_package_that_is_neither_here_nor_there_is_named(setup):
    with (setup.ROOT / "packages.yml").open("a") as file:
        file.write("  - package: somebody/other_package\n    version: 1.0.0\n")
    assert setup.declared_packages() == ["dbt_utils", "other_package"]
    with pytest.raises(setup.SetupError, match="offline_packages has no other_package"):
        setup.install_packages("offline")


# --- what goes wrong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "of another hash"),
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))", "PIP_CERT"),
        ("NewConnectionError(...)\nERROR: No matching distribution found for agate==1.9.1", "cannot reach"),
        ("ERROR: No matching distribution found for agate==1.9.1", "has no agate==1.9.1 for this Python"),
        ("The virtual environment was not created because ensurepip is not available", "python3-venv"),
        ("Collecting\nERROR: something odd\nmore\n", "pip failed: ERROR: something odd"),
        ("", "pip failed: it said nothing"),
    ],
)
def test_a_failure_is_one_sentence(setup, output, words):
    sentence = setup.explained("pip", output)
    assert words in sentence
    assert "\n" not in sentence


def test_a_failure_is_told_without_a_traceback(setup):
    (setup.ROOT / "requirements.lock").unlink()
    done = run_script(setup)
    assert done.returncode == 3
    assert "requirements.lock" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_stops_a_command_at_its_time_limit_and_logs_what_it_said(setup):
    command = [sys.executable, "-c", "print('begun', flush=True); import time; time.sleep(60)"]
    with pytest.raises(setup.SetupError, match="begun"):
        setup.run(*command, timeout=2)
    setup.run(sys.executable, "-c", "print('next')")
    assert setup.LOG.read_text() == "begun\nnext\n"
