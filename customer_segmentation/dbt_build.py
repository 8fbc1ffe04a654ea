"""`dbt build` for a refresh: started as a process of its own, its failure told in one sentence."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path

from customer_segmentation.dbt_process import BEGUN, ENDED
from customer_segmentation.errors import (
    MOST_SENTENCES,
    DataRefused,
    EnvironmentFault,
    SegmentationError,
    WrongCall,
    shortened,
    told_together,
)
from customer_segmentation.personal import without_personal
from customer_segmentation.progress import Listener
from customer_segmentation.warehouse import MEMORY_LIMIT_VARIABLE, Warehouse, memory_limit

WAREHOUSE_VARIABLE = "CUSTOMER_SEGMENTATION_WAREHOUSE"
PARSED_PROJECT = "partial_parse.msgpack"
KEPT_PARSED_PROJECT = Path("target", "refresh", PARSED_PROJECT)

HEADLINES = re.compile(
    r"^(Encountered an error:?|(Runtime|Compilation|Database|Parsing|Dependency) Error( in .*)?"
    r"|Failure in .*|\[\w+\].*|\d\d:\d\d:\d\d.*)$"
)
# what proves the project, not the data (unit tests, the rules as delivered), and what the guards say better
NOT_FOR_A_REFRESH = (
    *("--exclude-resource-type", "unit_test"),
    *("--exclude", "tag:rules_as_delivered", "tag:guarded_by_refresh"),
)
SETTING_SENTENCES = ("The setting '", "Nothing has been loaded yet", "seeds/rules/")
# what the engine says of a cell of a seed
UNREADABLE_CELL = re.compile(
    r"CSV Error on Line: (?P<line>\d+)(?s:.)*?converting column \"(?P<column>\w+)\"\. "
    r"Could not convert string \"(?P<text>.*)\" to '(?P<type>\w+)"
)
ENGINE_PREFIX = re.compile(r"^(?:[A-Z][A-Za-z]+ )+Error: ")
PROJECT_ERRORS = ("Parser Error", "Binder Error", "Catalog Error", "Compilation Error", "Parsing Error")
MOST_PROBLEMS = 100  # of one test; a data set may break a rule in every row
OUT_OF_MEMORY = "Out of Memory Error"
SPILL_IS_FULL = "max_temp_directory_size"  # then the disk is short, not the memory
DATA_ERRORS = ("Conversion Error", "Constraint Error", "Invalid Input Error", "Out of Range Error")

RUN_ID_VARIABLE = "CUSTOMER_SEGMENTATION_RUN_ID"
AS_OF_VARIABLE = "CUSTOMER_SEGMENTATION_AS_OF_DATE"


@dataclass(frozen=True)
class NodeFailure:
    """What dbt said about a node that failed; `name` is empty for an error before any node ran."""

    name: str
    kind: str  # model, test, seed, …
    status: str  # error, fail, runtime error
    message: str
    sql: str = ""  # of a test: a select of what is wrong


def run_dbt_build(
    project: Path,
    warehouse: Warehouse,
    *,
    target: str,
    as_of_date: date,
    run_id: str,
    listener: Listener | None = None,
) -> None:
    """Run every seed, model and data test of the project.

    Raises what `judged_failures` makes of what failed. The log is `logs/dbt.log` of the warehouse.
    """
    listener = listener or Listener()
    warehouse.target_folder.mkdir(parents=True, exist_ok=True)
    lend_parsed_project(project, warehouse.target_folder)
    (warehouse.target_folder / "run_results.json").unlink(missing_ok=True)
    folders = (
        *("--project-dir", str(project), "--profiles-dir", str(project), "--target", target),
        *("--target-path", str(warehouse.target_folder), "--log-path", str(warehouse.log_folder)),
        # debug messages were a sixth of a small refresh; the SQL of every node is in the target folder
        *("--log-level", "none", "--log-format-file", "text", "--log-level-file", "info"),
        "--no-use-colors",
    )
    environment = {
        **os.environ,
        WAREHOUSE_VARIABLE: str(warehouse.folder),
        MEMORY_LIMIT_VARIABLE: memory_limit(),
        # no vars: one that changes makes dbt parse the whole project again
        RUN_ID_VARIABLE: run_id,
        AS_OF_VARIABLE: as_of_date.isoformat(),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONUNBUFFERED": "1",
    }
    words = ("build", *folders, *NOT_FOR_A_REFRESH)
    had_parsed = (warehouse.target_folder / PARSED_PROJECT).exists()
    failures = _failures_of_dbt(words, project, warehouse, environment, listener)
    if failures and had_parsed and not any(failure.name for failure in failures):
        # dbt compares files with those it parsed before, and stumbles where an entry moved to another one
        forget_parsed_project(project, warehouse.target_folder)
        failures = _failures_of_dbt(words, project, warehouse, environment, listener)
    if any(OUT_OF_MEMORY in failure.message for failure in failures):
        # models side by side share the memory: what failed and what waited for it, one after the other
        listener.notice("Memory ran out; what failed is built again, one model after the other.")
        words = ("retry", *folders, "--threads", "1")
        failures = _failures_of_dbt(words, project, warehouse, environment, listener)
    if failures:
        log_file = warehouse.log_folder / "dbt.log"
        hide_personal_values(log_file, warehouse.target_folder / "run_results.json")
        problems = [problems_of(failure, warehouse) for failure in failures[:MOST_SENTENCES]]
        raise judged_failures(failures, log_file, problems)
    keep_parsed_project(project, warehouse.target_folder)


def lend_parsed_project(project: Path, target_folder: Path) -> None:
    """Give a new warehouse the parsed project of another one: dbt compares all files, parses what changed."""
    parsed, kept = target_folder / PARSED_PROJECT, project / KEPT_PARSED_PROJECT
    with suppress(OSError):
        for copy in kept.parent.glob(f"{kept.name}.*.tmp"):  # of runs that died
            copy.unlink(missing_ok=True)
        if not parsed.exists() and kept.exists():
            shutil.copyfile(kept, parsed)


def keep_parsed_project(project: Path, target_folder: Path) -> None:
    """Keep the parsed project for the next new warehouse; a read-only project folder does without."""
    parsed, kept = target_folder / PARSED_PROJECT, project / KEPT_PARSED_PROJECT
    with suppress(OSError):
        if kept.exists() and kept.stat().st_mtime >= parsed.stat().st_mtime:
            return
        kept.parent.mkdir(parents=True, exist_ok=True)
        copy = kept.with_name(f"{kept.name}.{os.getpid()}.tmp")
        shutil.copy2(parsed, copy)
        copy.replace(kept)


def forget_parsed_project(project: Path, target_folder: Path) -> None:
    """Let dbt read the whole project anew."""
    with suppress(OSError):
        (target_folder / PARSED_PROJECT).unlink(missing_ok=True)
        (project / KEPT_PARSED_PROJECT).unlink(missing_ok=True)


def hide_personal_values(log_file: Path, results_file: Path) -> None:
    """Take personal values out of what dbt wrote: the engine repeats the value on which it fails."""
    with suppress(FileNotFoundError):
        log = log_file.read_text(encoding="utf-8", errors="replace")
        log_file.write_text(without_personal(log), encoding="utf-8")
    with suppress(FileNotFoundError, ValueError):
        outcome = json.loads(results_file.read_text(encoding="utf-8"))
        for result in outcome.get("results", ()):
            result["message"] = without_personal(result.get("message") or "")
        results_file.write_text(json.dumps(outcome), encoding="utf-8")


def _failures_of_dbt(
    words: Sequence[str],
    project: Path,
    warehouse: Warehouse,
    environment: Mapping[str, str],
    listener: Listener,
) -> list[NodeFailure]:
    """Run dbt in a process of its own; none where everything passed."""
    with subprocess.Popen(
        [sys.executable, "-m", "customer_segmentation.dbt_process", *words],
        cwd=project,
        env=environment,
        stdin=subprocess.PIPE,  # dbt ends when this end is closed, also by our death
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            spoken = _follow(process.stdout, listener)
            return_code = process.wait()
        except BaseException:
            process.kill()
            raise
    if return_code == 0:
        return []
    failures = failed_nodes(warehouse.target_folder)
    if not failures and return_code < 0:
        raise EnvironmentFault(
            f"dbt was ended by signal {-return_code}, as happens where memory runs out: refresh again; if "
            f"that does not help allow it less memory with {MEMORY_LIMIT_VARIABLE}, such as 2GB.",
            closing=f"Nothing was published; the log is {warehouse.log_folder / 'dbt.log'}.",
        )
    return failures or [NodeFailure("", "", "error", "\n".join(spoken))]


def failed_nodes(target_folder: Path) -> list[NodeFailure]:
    """The failed nodes of `run_results.json` in the order in which they ended."""
    try:
        results = json.loads((target_folder / "run_results.json").read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return []
    failures = []
    for result in results:
        if result["status"] in ("error", "fail", "runtime error", "partial success"):
            kind, _, name = result["unique_id"].split(".", 2)
            message = result.get("message") or ""
            sql = result.get("compiled_code") or "" if kind == "test" else ""
            name = name.split(".")[0] if kind == "test" else name
            failures.append(NodeFailure(name, kind, result["status"], message, sql))
    return failures


def problems_of(failure: NodeFailure, warehouse: Warehouse) -> list[str]:
    """Each `problem` that a failed test finds; none where it has no such column or cannot be asked."""
    if failure.status == "fail" and failure.sql:
        # whatever goes wrong here: what failed before is what has to be said
        with suppress(Exception), closing(warehouse.connect_build(read_only=True)) as connection:
            query = f"select problem from ({failure.sql}\n) as failed limit {MOST_PROBLEMS}"
            rows = connection.execute(query).fetchall()
            texts = (" ".join(str(problem or "").split()).rstrip(".") for (problem,) in rows)
            return list(dict.fromkeys(filter(None, texts)))
    return []


def judged_failures(
    failures: Sequence[NodeFailure], log_file: Path, problems: Sequence[Sequence[str]]
) -> SegmentationError:
    """The error that several failures of dbt are for the caller, each sentence once.

    `problems` says of the first ones what the failed tests say is wrong. Where the machine stands in the
    way only that is told: the others may have failed because of it.
    """
    told = zip_longest(failures, problems, fillvalue=())
    judged = [judged_failure(failure, log_file, found) for failure, found in told]
    faults = [error for error in judged if isinstance(error, EnvironmentFault)]
    return faults[0] if faults else told_together(judged)


def judged_failure(failure: NodeFailure, log_file: Path, problems: Sequence[str] = ()) -> SegmentationError:
    """The error that a failure of dbt is for the caller: data refused, wrong call or environment.

    `problems` are what the failed test itself says is wrong.
    """
    line = shortened(without_personal(meaningful_line(failure.message)))
    where = f"Nothing was published; the log is {log_file}."
    if _is_of_a_setting(line):
        lines = [text.strip().rstrip(".") for text in without_personal(failure.message).splitlines()]
        sentences = [f"{ENGINE_PREFIX.sub('', text)}." for text in lines if _is_of_a_setting(text)]
        return WrongCall(*dict.fromkeys(sentences), closing=where)
    value = UNREADABLE_CELL.search(failure.message)
    if failure.kind == "seed" and value:
        expected = "a number such as 12.5" if value["type"] == "DOUBLE" else f"a {value['type'].lower()}"
        return WrongCall(
            f"The seed {failure.name} has '{value['text']}' in line {value['line']}, "
            f"column {value['column']}; expected {expected} in plain digits.",
            closing=where,
        )
    if "Compilation Error" in failure.message and "input table" in line:
        return DataRefused(f"{line}.", closing=where)
    what = f"The {failure.kind} '{failure.name}' failed" if failure.name else "dbt stopped"
    sentence = f"{what}: {line}."
    if problems:
        first, *others = problems
        others = [f"The {failure.kind} '{failure.name}' found: {problem}." for problem in others]
        return DataRefused(f"{what}: {line}: {first}.", *others, closing=where)
    if failure.status == "fail" or any(word in failure.message for word in DATA_ERRORS):
        return DataRefused(sentence, closing=where)
    if any(word in failure.message for word in PROJECT_ERRORS):
        return WrongCall(sentence, closing=where)
    if OUT_OF_MEMORY in failure.message and SPILL_IS_FULL not in failure.message:
        advice = f"it needs more memory than {memory_limit()}; allow more with {MEMORY_LIMIT_VARIABLE}"
        return EnvironmentFault(f"{what}: {advice}.", closing=where)
    if SPILL_IS_FULL in failure.message:
        sentence = f"{what}: {line}, see {SPILL_IS_FULL}."
    return EnvironmentFault(sentence, closing=where)


def _is_of_a_setting(line: str) -> bool:
    return any(sentence in line for sentence in SETTING_SENTENCES)


def meaningful_line(message: str) -> str:
    """The first line of a message of dbt that says what is wrong, without a full stop at its end."""
    lines = [line.strip() for line in message.splitlines()]
    for line in lines:
        if line and not HEADLINES.match(line):
            return line.rstrip(".")
    return next((line for line in lines if line), "no reason was given").rstrip(".")


def _follow(lines: Iterable[str], listener: Listener) -> list[str]:
    """Read what the process of dbt says to its end; return what it said about errors.

    The listener is told how many nodes are done, and of those that run the one that began first.
    """
    spoken = []
    running: dict[str, float] = {}
    done = total = 0
    listener.now("reading the project")
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            spoken.append(line.rstrip("\n"))
            continue
        if event.get("level") == "error":
            spoken.append(str(event.get("message", "")))
        if event.get("what") == BEGUN:
            running[event["node"]], total = time.monotonic(), event["total"]
        elif event.get("what") == ENDED:
            running.pop(event["node"], None)
            done += 1
        else:
            continue
        node, since = next(iter(running.items()), ("", None))
        listener.now(node, done, total, since=since)
    return spoken
