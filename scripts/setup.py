#!/usr/bin/env python3
"""Sets the project up: the Python environment `.venv`, then the dbt packages. Does nothing if all is there.

Needs Python 3.11 to 3.13 and a Python package index. Exit codes: 0 done, 2 wrong call, 3 something lacks.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV, LOG = ROOT / ".venv", ROOT / "logs" / "setup.log"
STAMP, PACKAGES, OFFLINE = VENV / "setup-stamp.json", ROOT / "dbt_packages", ROOT / "offline_packages"
OLDEST, NEWEST = (3, 11), (3, 13)
MOST_SECONDS_OF_SILENCE = 10
HUB_ANSWER_SECONDS, HUB_SECONDS = 10, 30  # dbt alone would wait three minutes for a silent hub

# What pip, uv or venv print when something common is wrong, and the sentence that is said instead.
PROBLEMS = {
    r"DO NOT MATCH THE HASHES": "The index served a file of another hash than the lock says: do not use it.",
    r"No space left on device": "The disk is full: set-up needs about 1 GB in this folder.",
    r"ensurepip": "This Python cannot make environments: install its venv module (Debian: python3-venv).",
    r"CERTIFICATE_VERIFY_FAILED": "pip does not trust the index: name your authority's file with PIP_CERT.",
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Connection refused": (
        "pip cannot reach a Python package index: check the network, or name an index with PIP_INDEX_URL."
    ),
    r"No matching distribution found for (\S+)": (
        "The package index has no {0} for this Python and machine: "
        "use another index (PIP_INDEX_URL) or another Python (make PYTHON=...)."
    ),
}
# uv does not read the settings of pip; these are handed on, where uv's own variable is not set.
UV_VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


class SetupError(Exception):
    """One sentence: what is wrong and what to do."""


def use_a_python_that_fits() -> None:
    """Goes on with another Python; that of .venv comes first, so that .venv is not made anew."""
    fits = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    for name in (str(VENV / "bin" / "python"), "python3.13", "python3.12", "python3.11"):
        command = shutil.which(name)
        if command and subprocess.call([command, "-c", fits], stderr=subprocess.DEVNULL) == 0:
            os.execv(command, [command, *sys.argv])
    sentence = (
        "customer_segmentation needs Python 3.11 to 3.13, and {} is {}.{}: install one of those and name it, "
        "as in `make run PYTHON=python3.13`."
    ).format(os.path.basename(sys.executable), *sys.version_info)
    print(sentence, file=sys.stderr)
    sys.exit(3)


@contextlib.contextmanager
def step(text: str):
    """Says what runs and for how long: on a terminal in one live line, else with the time of day."""
    is_verbose = os.environ.get("SETUP_VERBOSE")
    is_live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not is_verbose
    began, is_over = time.monotonic(), threading.Event()

    def say(how: str = "") -> None:
        line = f"Set-up: {text}{how} ({time.monotonic() - began:.0f} s)"
        if is_live:
            line = line[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[2K{line}", end="", flush=True)
        else:
            print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)

    def beat() -> None:
        while not is_over.wait(1 if is_live else MOST_SECONDS_OF_SILENCE):
            say()

    heart = threading.Thread(target=beat, daemon=True)
    if is_live:
        say()
    heart.start()
    how = ": stopped"
    try:
        yield
        how = ": done"
    finally:
        is_over.set()
        heart.join()
        if is_live:
            print("\r\x1b[2K", end="", flush=True)
        else:
            say(how)


def run(*command: str | Path, timeout: float = 3600, **variables: str) -> None:
    """Runs a command in the project's folder. What it prints goes to the log; a failure is one sentence."""
    leave_out = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in leave_out}
    environment.update(variables, DO_NOT_TRACK="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    options = {"cwd": ROOT, "env": environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    timer = threading.Timer(timeout, process.kill)
    timer.daemon = True
    timer.start()
    output = []
    with LOG.open("a") as log:
        for line in process.stdout:
            output.append(line)
            print(line, end="", file=log)
            if os.environ.get("SETUP_VERBOSE"):
                print(line, end="", flush=True)
    timer.cancel()
    if process.wait() != 0:
        raise SetupError(explained(Path(command[0]).name, "".join(output)))


def explained(command: str, output: str) -> str:
    for pattern, sentence in PROBLEMS.items():
        if found := re.search(pattern, output):
            return sentence.format(*found.groups())
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if re.match("error", line, re.I)] or lines or ["it said nothing"]
    return f"{command} failed: {told[-1]}"


def uv_settings() -> dict[str, str]:
    """pip's settings as variables of uv. They may hold a password, so they stay out of the log."""
    listed = subprocess.run(
        [VENV / "bin" / "python", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    settings = {}
    for level in ("global", "install", ":env:"):  # the later one holds
        for name, value in re.findall(rf"^{level}\.([\w-]+)=(.*)$", listed, re.M):
            if name in UV_VARIABLES:
                between = "," if name == "find-links" else " "
                settings[UV_VARIABLES[name]] = between.join(ast.literal_eval(value).split())
    if not os.path.isdir(os.environ.get("HOME", "")):
        settings["UV_NO_CACHE"] = "1"
    return {name: os.environ.get(name, value) for name, value in settings.items()}


def install_environment() -> None:
    """Makes .venv anew, so that it holds what requirements.lock says and nothing from before."""
    with step("making .venv"):
        if VENV.is_symlink():
            VENV.unlink()
        shutil.rmtree(VENV, ignore_errors=True)
        # Inside an environment, perhaps this one, the Python to start from is the one below it.
        run(getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", VENV)
    python, lock = VENV / "bin" / "python", ROOT / "requirements.lock"
    pip = [python, "-m", "pip", "install", "--no-deps", "--progress-bar", "off"]
    uv = [
        VENV / "bin" / "uv",
        "pip",
        "install",
        "--no-deps",
        "--index-strategy",
        "unsafe-best-match",
        "--python",
        python,
    ]
    only_uv = VENV / "uv.lock"
    only_uv.write_text(re.search(r"^uv==.*?(?=^\S|\Z)", lock.read_text(), re.M | re.S)[0])
    try:
        with step("installing uv"):
            run(*pip, "--only-binary", ":all:", "--require-hashes", "-r", only_uv)
            settings = uv_settings()
        with step("installing requirements.lock (less than a minute, the first time)"):
            run(*uv, "--require-hashes", "-r", lock, **settings)
        with step("installing the project"):
            run(*uv, "--no-build-isolation", "-e", ROOT, **settings)
    except SetupError as error:
        if "pip cannot reach" in str(error):  # nor could it a second time
            raise
        with step("uv cannot be used here, so pip installs requirements.lock (a minute more)"):
            run(*pip, "--require-hashes", "-r", lock)
        with step("installing the project"):
            run(*pip, "--no-build-isolation", "-e", ROOT)


def declared_packages() -> list[str]:
    return re.findall(r"^\s*-\s*package:\s*[\"']?[\w-]+/(\w+)", (ROOT / "packages.yml").read_text(), re.M)


def missing_packages(folder: Path) -> list[str]:
    return [name for name in declared_packages() if not (folder / name / "dbt_project.yml").exists()]


def install_packages(wish: str) -> None:
    """From the hub, or where it cannot (`auto`) or shall not (`offline`) be asked from offline_packages."""
    if wish != "offline":
        try:
            with step("asking the dbt hub for packages"):
                install_from_hub()
            return
        except SetupError as error:
            if wish == "hub":
                raise SetupError(f"{error} Try later, or use `make setup PACKAGES=offline`.") from None
    if missing := missing_packages(OFFLINE):
        raise SetupError(
            f"The dbt hub cannot be reached, and offline_packages has no {', '.join(missing)}: "
            "run `make setup PACKAGES=hub` where it can be, or take it out of packages.yml."
        )
    with step("copying the packages of offline_packages"):
        for name in declared_packages():
            shutil.rmtree(PACKAGES / name, ignore_errors=True)
            shutil.copytree(OFFLINE / name, PACKAGES / name)


def install_from_hub() -> None:
    """`dbt deps`, after the hub was asked once in dbt's own way: dbt would ask six times, 30 seconds each."""
    ask = "import requests, dbt.clients.registry as hub; requests.get(hub._get_url('index'), timeout={})"
    try:
        run(VENV / "bin" / "python", "-c", ask.format(HUB_ANSWER_SECONDS), timeout=HUB_SECONDS)
        run(VENV / "bin" / "dbt", "--no-use-colors", "deps", "--project-dir", ROOT, timeout=HUB_SECONDS)
    except SetupError:
        raise SetupError("The dbt hub does not answer, or not as dbt expects.") from None
    if missing := missing_packages(PACKAGES):
        raise SetupError(f"The dbt hub gave no {', '.join(missing)}.")


def source_of_dbt_utils() -> str:
    """By what lies there, not by what set-up once did: somebody may have run `dbt deps` since."""

    def texts(folder: Path) -> dict[Path, bytes]:
        return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.sql")}

    is_offline = texts(PACKAGES / "dbt_utils") == texts(OFFLINE / "dbt_utils")
    return "the offline copy in offline_packages" if is_offline else "from the dbt hub"


def digest(*files: Path) -> str:
    """Changes with the files, with the Python, and with the folder (scripts in .venv carry its path)."""
    parts = [sys.version.encode(), str(ROOT).encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest()


def wanted() -> dict[str, str]:
    offline = sorted(file for file in OFFLINE.rglob("*") if file.is_file())
    return {
        "environment": digest(ROOT / "requirements.lock", ROOT / "pyproject.toml"),
        "packages": digest(ROOT / "packages.yml", ROOT / "package-lock.yml", *offline),
    }


def steps_to_do(wish: str) -> list[str]:
    """The steps that the stamp, what lies there and the wish for packages leave to do."""
    try:
        stamp = dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError, TypeError):
        stamp = {}
    is_made = all((VENV / "bin" / name).exists() for name in ("python", "dbt", "customer-segmentation"))
    if stamp.get("environment") != wanted()["environment"] or not is_made:
        return ["environment", "packages"]
    is_wished = wish == "auto" or (wish == "offline") == ("offline" in source_of_dbt_utils())
    in_place = stamp.get("packages") == wanted()["packages"] and not missing_packages(PACKAGES)
    return [] if in_place and is_wished else ["packages"]


def set_up(wish: str) -> None:
    if not steps_to_do(wish):
        return
    LOG.parent.mkdir(exist_ok=True)
    with LOG.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # one at a time in a folder
        except BlockingIOError:
            with step("waiting for another set-up of this folder"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_text("")
        # The stamp says what is done, so that a set-up that was stopped goes on there.
        if "environment" in steps_to_do(wish):
            install_environment()
        STAMP.write_text(json.dumps({"environment": wanted()["environment"]}))
        if "packages" in steps_to_do(wish):
            install_packages(wish)
        STAMP.write_text(json.dumps(wanted()))


def main() -> int:
    parser = argparse.ArgumentParser(description="Sets up .venv and the dbt packages.")
    parser.add_argument(
        "--packages",
        choices=["auto", "hub", "offline"],
        default="auto",
        help="auto: the hub if it can be reached",
    )
    try:
        set_up(parser.parse_args().packages)
    except (SetupError, OSError) as error:
        print(f"{error}\nThe whole story is in logs/setup.log.", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("Set-up was stopped; the next one goes on from here.", file=sys.stderr)
        return 130
    print(f"Set-up: ready; dbt_utils is {source_of_dbt_utils()}", flush=True)
    return 0


if __name__ == "__main__":
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        use_a_python_that_fits()
    sys.exit(main())
