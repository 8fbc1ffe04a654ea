#!/usr/bin/env python3
"""Sets the project up: the Python environment `.venv`, then the dbt packages.

Needs a Python of 3.11 to 3.13 with its standard library and a Python package index. A second run that finds
everything in place does nothing. Exit codes: 0 done, 2 wrong call, 3 this machine lacks something.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)


# An old Python must be able to read this whole file and to run the two functions that follow.
def python_problem(version, executable):
    """One sentence about a Python version that does not fit, or None."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return (
        "customer_segmentation needs Python {}.{} to {}.{}, and {} is {}.{}: "
        "install one of those and name it, as in `make run PYTHON=python{}.{}`."
    ).format(*OLDEST, *NEWEST, executable, version[0], version[1], *NEWEST)


def start_again_with_a_fitting_python():
    """Hands over to another Python that fits; returns where there is none.

    The one that `.venv` was made with comes first, so that a hand-over never makes `.venv` anew with another.
    """
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    candidates = [os.path.join(folder, ".venv", "bin", "python")]
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        candidates.append(shutil.which("python3.{}".format(minor)))  # noqa: UP032
    check = "import sys; sys.exit(not {!r} <= sys.version_info[:2] <= {!r})".format(OLDEST, NEWEST)  # noqa: UP032
    for candidate in candidates:
        if candidate is None or not os.path.exists(candidate):
            continue
        # A version manager may have a command of that name that only says "not installed".
        with open(os.devnull, "w") as nowhere:
            if subprocess.call([candidate, "-c", check], stdout=nowhere, stderr=nowhere) == 0:
                sys.stdout.flush()
                os.execv(candidate, [candidate, *sys.argv])


if __name__ == "__main__" and python_problem(sys.version_info, sys.executable):
    start_again_with_a_fitting_python()
    sys.stderr.write(python_problem(sys.version_info, os.path.basename(sys.executable)) + "\n")
    sys.exit(3)


ROOT = Path(__file__).resolve().parents[1]
HUB_SECONDS = 20  # for everything that `dbt deps` may take before the offline copies are used
HUB_ANSWER_SECONDS = 8  # for the hub's first answer: dbt itself would try six times, 30 seconds each
KINDS = {"hub": "from the dbt hub", "offline": "the offline copy in offline_packages"}

# What pip says when something common is wrong, and what to say instead.
PIP_PROBLEMS = [
    (
        r"DO NOT MATCH THE HASHES",
        "The package index served a file whose hash is not the one in requirements.lock: do not use it.",
    ),
    (r"No space left on device", "The disk is full: set-up needs about 1 GB in this folder."),
    (
        r"SSLError|CERTIFICATE_VERIFY_FAILED",
        "pip does not trust the certificate of the package index: name your authority's file with PIP_CERT.",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Connection refused"
        r"|Failed to establish a new connection|Temporary failure in name resolution",
        "pip cannot reach a Python package index: check the network, or name an index with PIP_INDEX_URL.",
    ),
    (
        r"No matching distribution found for (?P<name>\S+)",
        "The package index has no {name} that fits Python {python} on this machine: "
        "use another index (PIP_INDEX_URL) or another Python (make PYTHON=...).",
    ),
]


class SetupError(Exception):
    """One sentence: what is wrong and what to do."""


# --- what is there, and whether it still fits ---------------------------------------------------------------


def digest(*parts: bytes | str) -> str:
    """A hash of the parts in their order."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(b"%d:" % len(content) + content)
    return total.hexdigest()


def wanted_stamp(root: Path) -> dict[str, str]:
    """What the stamp must say for each of the three steps to be skipped.

    `environment` is also bound to the folder: the scripts in a virtual environment carry its full path.
    """
    offline = [path for path in sorted((root / "offline_packages").rglob("*")) if path.is_file()]
    environment = digest((root / "requirements.lock").read_bytes(), sys.version, str(root))
    return {
        "environment": environment,
        "project": digest(environment, (root / "pyproject.toml").read_bytes()),
        "packages": digest(
            (root / "packages.yml").read_bytes(),
            *(part for path in offline for part in (str(path.relative_to(root)), path.read_bytes())),
        ),
    }


def stamp_path(root: Path) -> Path:
    return root / ".venv" / "setup-stamp.json"


def read_stamp(root: Path) -> dict[str, str]:
    try:
        stamp = json.loads(stamp_path(root).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(root: Path, stamp: dict[str, str]) -> None:
    stamp_path(root).write_text(json.dumps(stamp, indent=2) + "\n")


def steps_to_do(root: Path, *, stamp: dict[str, str], wanted: dict[str, str], packages: str) -> list[str]:
    """The steps that the stamp, the files in place and the wish for `packages` leave to do."""
    commands = root / ".venv" / "bin"
    if stamp.get("environment") != wanted["environment"] or not (commands / "python").exists():
        return ["environment", "project", "packages"]
    steps = []
    if stamp.get("project") != wanted["project"] or not (commands / "customer-segmentation").exists():
        steps.append("project")
    in_place = all(
        (root / "dbt_packages" / name / "dbt_project.yml").exists() for name in declared_packages(root)
    )
    if (
        stamp.get("packages") != wanted["packages"]
        or not in_place
        or packages not in ("auto", stamp.get("packages_from"))
    ):
        steps.append("packages")
    return steps


def declared_packages(root: Path) -> list[str]:
    """Folder names of the packages that packages.yml asks for."""
    text = (root / "packages.yml").read_text()
    entries = re.findall(r"^\s*-\s*(?:package|git|local|tarball|private):\s*[\"']?([^\s\"']+)", text, re.M)
    return [entry.rstrip("/").removesuffix(".git").rsplit("/", 1)[-1] for entry in entries]


# --- running other programs ---------------------------------------------------------------------------------


class Runner:
    """Runs commands in the project's folder; what they print goes to the log, or to the terminal as well."""

    def __init__(self, root: Path, *, verbose: bool) -> None:
        self.root = root
        self.verbose = verbose
        self.log = root / "logs" / "setup.log"
        self.log.parent.mkdir(exist_ok=True)
        self.log.write_text("")

    def run(self, command: list[str | Path], *, timeout: float | None = None) -> tuple[int | None, str]:
        """Exit code (None: stopped by the timeout) and everything that was printed."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")
        }
        environment.update(
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
            DO_NOT_TRACK="1",
            PIP_DISABLE_PIP_VERSION_CHECK="1",
            PIP_NO_INPUT="1",
        )
        with self.log.open("a") as log:
            log.write("$ " + " ".join(str(part) for part in command) + "\n")
        start = self.log.stat().st_size
        with self.log.open("a") as log, self.follow(start):
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        with self.log.open(errors="replace") as log:
            log.seek(start)
            return code, log.read()

    @contextlib.contextmanager
    def follow(self, start: int):
        """Shows on the terminal what is added to the log meanwhile, where --verbose asks for it."""
        if not self.verbose:
            yield
            return
        tail = subprocess.Popen(
            ["tail", "-f", "-c", f"+{start + 1}", str(self.log)], stdin=subprocess.DEVNULL
        )
        try:
            yield
            time.sleep(1)  # tail looks once a second
        finally:
            tail.kill()
            tail.wait()


def say(text: str) -> None:
    print(text, flush=True)


# --- the steps ----------------------------------------------------------------------------------------------


def install_environment(root: Path, runner: Runner) -> None:
    """Makes `.venv` anew, so that it holds what requirements.lock says and nothing from before."""
    say("Set-up: installing requirements.lock into .venv (a minute or two the first time)")
    # Inside a virtual environment (perhaps this one) the Python to start from is the one below it.
    python = getattr(sys, "_base_executable", None) or sys.executable
    venv = root / ".venv"
    if venv.is_symlink():
        venv.unlink()
    shutil.rmtree(venv, ignore_errors=True)
    code, output = runner.run([python, "-m", "venv", venv])
    if code != 0:
        if "ensurepip" in output:
            minor = "{}.{}".format(*sys.version_info)
            raise SetupError(
                f"This Python cannot make virtual environments: install its venv module "
                f"(python{minor}-venv on Debian and Ubuntu)."
            )
        raise SetupError(f"python -m venv failed{last_line(output)}")
    run_pip(runner, venv, "--no-deps", "--require-hashes", "-r", "requirements.lock")


def install_project(root: Path, runner: Runner) -> None:
    run_pip(runner, root / ".venv", "--no-build-isolation", "--no-deps", "-e", ".")


def run_pip(runner: Runner, venv: Path, *arguments: str) -> None:
    python = venv / "bin" / "python"
    code, output = runner.run([python, "-m", "pip", "install", "--progress-bar", "off", *arguments])
    if code != 0:
        raise SetupError(explain_pip(output))


def explain_pip(output: str) -> str:
    for pattern, sentence in PIP_PROBLEMS:
        found = re.search(pattern, output)
        if found:
            return sentence.format(python="{}.{}".format(*sys.version_info), **found.groupdict())
    return f"pip failed{last_line(output, only='ERROR')}"


def last_line(output: str, only: str = "") -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip() and only in line]
    return f": {lines[-1].removeprefix('ERROR: ')}" if lines else "."


def install_packages(root: Path, runner: Runner, *, packages: str) -> str:
    """Installs the dbt packages and returns where they came from: `hub` or `offline`."""
    if packages in ("auto", "hub"):
        problem = install_from_hub(root, runner)
        if problem is None:
            return "hub"
        if packages == "hub":
            raise SetupError(f"{problem}: try later, or use `make setup PACKAGES=offline`.")
    copy_offline_packages(root)
    return "offline"


def install_from_hub(root: Path, runner: Runner) -> str | None:
    """Runs `dbt deps`. Returns what went wrong, or None.

    dbt tries each request six times and waits 30 seconds for each, so the hub is first asked once, in dbt's
    own way (same address, proxy and certificates), and the whole has a time limit.
    """
    started = time.monotonic()
    commands = root / ".venv" / "bin"
    ask = (
        "import requests; from dbt.clients import registry; "
        f"requests.get(registry._get_url('index'), timeout={HUB_ANSWER_SECONDS}).raise_for_status()"
    )
    code, _ = runner.run([commands / "python", "-c", ask], timeout=HUB_ANSWER_SECONDS + 4)
    if code != 0:
        return "The dbt hub does not answer"

    lock = root / "package-lock.yml"
    had_lock = lock.exists()
    left = max(5.0, HUB_SECONDS - (time.monotonic() - started))
    command = [commands / "dbt", "--no-use-colors", "deps", "--project-dir", root]
    code, output = runner.run(command, timeout=left)
    complete = all(
        (root / "dbt_packages" / name / "dbt_project.yml").exists() for name in declared_packages(root)
    )
    if code == 0 and complete:
        return None
    if not had_lock:
        lock.unlink(missing_ok=True)
    if code is None:
        return f"`dbt deps` was not done after {HUB_SECONDS} seconds"
    return f"`dbt deps` failed{last_line(output)}".rstrip(".")


def copy_offline_packages(root: Path) -> None:
    source, target = root / "offline_packages", root / "dbt_packages"
    missing = [name for name in declared_packages(root) if not (source / name / "dbt_project.yml").exists()]
    if missing:
        raise SetupError(
            f"The dbt hub cannot be reached, and offline_packages has no {', '.join(missing)}: "
            "run `make setup PACKAGES=hub` where the hub can be reached, or take it out of packages.yml."
        )
    target.mkdir(exist_ok=True)
    for name in declared_packages(root):
        incoming = target / f"__{name}"  # dbt does not look into folders with this prefix
        shutil.rmtree(incoming, ignore_errors=True)
        shutil.copytree(source / name, incoming)
        shutil.rmtree(target / name, ignore_errors=True)
        incoming.rename(target / name)


# --- all of it ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def only_one(root: Path):
    """Lets one set-up at a time work in this folder."""
    import fcntl

    (root / "logs").mkdir(exist_ok=True)
    with (root / "logs" / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Set-up: waiting for another set-up of this folder to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(root: Path, *, packages: str = "auto", verbose: bool = False) -> None:
    wanted = wanted_stamp(root)
    if not steps_to_do(root, stamp=read_stamp(root), wanted=wanted, packages=packages):
        return
    with only_one(root):
        stamp = read_stamp(root)
        steps = steps_to_do(root, stamp=stamp, wanted=wanted, packages=packages)
        runner = Runner(root, verbose=verbose)
        # A step's entry is written when the step is done, so an interrupted set-up goes on where it stopped.
        if "environment" in steps:
            install_environment(root, runner)
            stamp = {"environment": wanted["environment"]}
            write_stamp(root, stamp)
        if "project" in steps:
            install_project(root, runner)
            stamp["project"] = wanted["project"]
            write_stamp(root, stamp)
        if "packages" in steps:
            stamp["packages_from"] = install_packages(root, runner, packages=packages)
            stamp["packages"] = wanted["packages"]
            write_stamp(root, stamp)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Sets up .venv and the dbt packages.")
    parser.add_argument(
        "--packages",
        choices=["auto", "hub", "offline"],
        default="auto",
        help="where dbt packages come from; auto: the hub, or where it cannot be reached offline_packages",
    )
    parser.add_argument("--verbose", action="store_true", help="show what pip and dbt print")
    options = parser.parse_args(arguments)
    try:
        set_up(ROOT, packages=options.packages, verbose=options.verbose)
    except SetupError as error:
        print(f"{error}\nThe whole story is in logs/setup.log.", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"Set-up cannot go on: {error}.", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("Set-up was stopped; the next one goes on from here.", file=sys.stderr)
        return 130
    say(f"Set-up: ready; dbt_utils is {KINDS[read_stamp(ROOT)['packages_from']]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
