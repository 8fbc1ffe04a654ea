"""Every command that README, CONTRIBUTING, a page or the program prints is run as it is printed."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers import ROOT
from helpers.refreshed import Refreshed

pytestmark = pytest.mark.warehouse

PAGES = ["README.md", "CONTRIBUTING.md", "models/**/*.md", "adapters/*/README.md", "benchmarks/*.md"]
COMMAND = re.compile(r"(?:\.venv/bin/|customer-segmentation |dbt |make |export |source |pip |\d+ \d+ \* )")
# What other people's machines have where they put it
PLACES = {"cd /srv/customer_segmentation": "true", "/data/export": "my_folder", " FILE": " personas.html"}
SERVE = "dbt docs serve"
# Run as printed, but not here
RUN_BY = {
    r"make run": ".ci/run",
    r"make test": ".ci/run",
    r"make lint": "make test",
    r"make setup": "each of them",
    r"dbt build": "tests/python/end_to_end/test_plain_dbt.py",
    r"make mutations": ".ci/run, a sample",
    r"make lock": "maintainers: it asks the package index for newer versions",
    r"make audit": "maintainers: it asks the advisories of the package index",
    r"make faults": "tests/python/end_to_end/test_faults.py, a sample: all of it takes an hour and a half",
    r"make bench.*": "tests/python/benchmarks, with its smallest size",
    r".*customer-segmentation erase .*": "tests/python/end_to_end/test_erasure.py, since it takes away what the others ask",
    r"make run test": "CONTRIBUTING's example: tests/python/end_to_end/test_new_family.py",
    r"dbt build .*path:models/marts/tenure.*": "tests/python/end_to_end/test_new_family.py",
    r"pip install ../customer_segmentation|dbt deps": "tests/python/end_to_end/test_as_a_package.py",
    r".*--adapter \w+ --as-of [\d-]+": "the fixtures of public data in tests/python/conftest.py",
}
NAMES_ONLY = {"dbt docs", "customer-segmentation refresh"}  # spoken of, not to be typed


@dataclass(frozen=True)
class Printed:
    """A command and the page that prints it."""

    page: str
    text: str


def printed_commands() -> list[Printed]:
    """In the order of the pages, each once."""
    found: dict[str, Printed] = {}
    for pattern in PAGES:
        for page in sorted(ROOT.glob(pattern)):
            text, name = page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))
            pieces = re.finditer(
                r"^ *```(?P<kind>\w*)\n(?P<block>.*?)^ *```|(?<!`)`(?P<span>[^`]+)`(?!`)", text, re.M | re.S
            )
            for piece in pieces:
                if piece["kind"] not in (None, "", "sh"):
                    continue
                for line in one_by_one(piece["block"] or " ".join((piece["span"] or "").split())):
                    if COMMAND.match(line) and line not in NAMES_ONLY:
                        found.setdefault(line, Printed(name, line))
    return list(found.values())


def one_by_one(block: str) -> list[str]:
    """The commands of a block: what stands between quotes may go over lines."""
    lines = re.findall(r"(?:\"[^\"]*\"|'[^']*'|[^\"'\n])+", block)
    return [re.sub(r"\s+#.*$", "", line).strip() for line in lines if line.strip()]


def run_elsewhere(command: str) -> bool:
    return any(re.fullmatch(pattern, command) for pattern in RUN_BY)


@pytest.fixture(scope="module")
def scratch(example: Refreshed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader of the README has it after `make run`, with an own delivery in `my_folder`."""
    folder = tmp_path_factory.mktemp("reader") / "customer_segmentation"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, tracked.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "dbt_packages", folder / "dbt_packages", symlinks=True)
    (folder / ".venv").symlink_to(sys.prefix)
    shutil.copytree(example.warehouse, folder / "warehouse" / "example")
    own = folder / "my_folder"
    own.mkdir()
    today = datetime.now(UTC).date()  # the commands say so, and old data are refused
    days = [today - timedelta(days=1 + n) for n in range(160)]
    own.joinpath("customers.csv").write_text("customer_id\n" + "".join(f"K{n}\n" for n in range(60)))
    own.joinpath("orders.csv").write_text(
        "order_id,customer_id,ordered_at,net_amount\n"
        + "".join(f"{n},K{n * 7 % 60},{day},{10 + n % 17}.50\n" for n, day in enumerate(days))
        + "wrong,K1,yesterday,1\n"
    )
    return folder


@pytest.fixture(scope="module")
def shell(scratch: Path):
    """Run a command there as a reader's shell would, with what the README says to export for dbt."""
    exported = [one.text for one in printed_commands() if one.text.startswith("export ")]
    assert exported

    def run(command: str) -> subprocess.CompletedProcess[str]:
        for theirs, ours in PLACES.items():
            command = command.replace(theirs, ours)
        command = re.sub(
            r"^(?:[\d*]+ ){5} *", "", re.sub(r" +", " ", command) if "*" in command[:12] else command
        )
        # dbt and the bare name of the program need the environment, as the README says
        activated = [] if command.startswith(".venv/") else ["source .venv/bin/activate"]
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CUSTOMER_SEGMENTATION", "DBT_", "PYTEST", "VIRTUAL_ENV"))
        }
        plain_dbt = exported if command.startswith("dbt ") else []
        return subprocess.run(
            ["bash", "-euc", "\n".join([*activated, *plain_dbt, command])],
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_every_command_is_run_somewhere() -> None:
    commands = printed_commands()
    assert {Path(one.page).name for one in commands} >= {"README.md", "CONTRIBUTING.md", "clusters.md"}
    assert len(commands) >= 20
    for pattern in RUN_BY:
        assert any(re.fullmatch(pattern, one.text) for one in commands), f"nobody prints {pattern}"
    ci = (ROOT / ".ci" / "run").read_text()
    assert all(command in ci for command in ("make run", "make test", "make mutations"))


@pytest.mark.parametrize(
    "printed",
    [one for one in printed_commands() if not run_elsewhere(one.text) and one.text != SERVE],
    ids=lambda one: one.text,
)
def test_what_a_page_prints_runs(printed: Printed, shell) -> None:
    done = shell(printed.text)
    assert done.returncode == 0, f"{printed.page}: {printed.text}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    if " refresh " in printed.text and "--quiet" not in printed.text:
        asked = re.findall(r"^ *(\.venv/bin/customer-segmentation .*)$", done.stdout, re.M)
        assert len(asked) >= 4
        for command in asked:
            again = shell(command)
            assert again.returncode == 0, f"{command}\n{again.stderr}"


def test_the_pages_of_the_docs_are_served(scratch: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert SERVE in {one.text for one in printed_commands()}
    dbt = str(scratch / ".venv" / "bin" / "dbt")
    done = subprocess.run([dbt, "docs", "generate", "--no-compile"], cwd=scratch, capture_output=True, check=False,
                          env={**os.environ, "CUSTOMER_SEGMENTATION_WAREHOUSE": "warehouse/example"})  # fmt: skip
    assert done.returncode == 0, done.stdout
    with subprocess.Popen([dbt, *SERVE.split()[1:], "--no-browser", "--port", str(port)], cwd=scratch,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # fmt: skip
        try:
            page = read_when_served(f"http://127.0.0.1:{port}/")
        finally:
            server.terminate()
    assert "<title>dbt Docs</title>" in page


def read_when_served(address: str) -> str:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"nothing is served at {address}")


def test_adapters_say_the_day_that_is_tested() -> None:
    tested = (ROOT / "tests/python/conftest.py").read_text()
    for page in sorted(ROOT.glob("adapters/*/README.md")):
        (adapter, day) = re.search(r"--adapter (\w+) --as-of ([\d-]+)", page.read_text()).groups()
        assert f'"{day}", "--adapter", "{adapter}"' in tested, page
