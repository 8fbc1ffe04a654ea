"""One-line mutations of the project, each of which its tests must catch.

A mutation is a row of data in `*.toml` beside this file. For each one the runner puts the changed line into a
scratch copy of the project and builds what depends on it, tests and unit tests included, on a copy of a warehouse
of the example company that was built without the mutation. A mutation with `tests` (files of tests/python, or tests
in them) runs these instead of dbt: so lines of the Python package are proven. `kind` is the kind of fault that the
mutation puts back, as numbered in KINDS. Four outcomes:

- caught: a data test or unit test failed, or a sentence of the project's own guards stopped the run;
- survived: everything passed, so nothing guards that line;
- broken: the mutated project does not parse, compile or run, which says nothing about its tests;
- moved: the text to replace is not (or not once) in the file.

Everything but `caught` fails the run.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
AS_OF_DATE = "2026-06-30"
CUSTOMERS = 400
SLOTS = 2
COPIED = ("dbt_project.yml", "packages.yml", "profiles.yml", "selectors.yml", "adapters", "analyses", "dbt_packages",
          "macros", "models", "python_models", "seeds", "tests")  # fmt: skip
# What pytest needs beside it
COPIED_FOR_PYTEST = (*COPIED, "customer_segmentation", "pyproject.toml", "README.md", "CONTRIBUTING.md")
TESTS_FAILED = 1  # exit code of pytest; any other but 0 says that nothing was tested
KINDS = {
    1: "money",
    2: "versions of a row",
    3: "what is paid",
    4: "values without a clock",
    5: "conventions of numbers and dates",
    6: "identifiers",
    7: "what could not be read is said",
    8: "unknown is not never bought",
    9: "forecasts that the data deny",
    10: "profiles",
    11: "words and statuses",
    12: "personal values",
    13: "number of clusters",
    14: "schemes in use",
    15: "what is tested is published",
    16: "labels against what followed",
    17: "claims without evidence",
    18: "industries and billing words",
    19: "attributes alone, events without an id, stray files",
}
# What the engine says where a guard of the project raised, or a constraint of a contract was broken
GUARDS = ("Invalid Input Error", "Constraint Error")
FAILED = ("fail", "error", "runtime error")


@dataclass(frozen=True)
class Mutation:
    """One changed line. `select` is what dbt builds: by default the changed model or seed and all after it.

    With `tests` pytest runs these instead.
    """

    name: str
    file: str
    find: str
    replace: str
    why: str
    select: str
    tests: tuple[str, ...] = ()
    kind: int | None = None

    def applied_to(self, text: str) -> str:
        """The mutated text.

        Raises:
            LookupError: the text to find is not there exactly once.
        """
        count = text.count(self.find)
        if count != 1:
            raise LookupError(f"{self.file} has {self.find!r} {count} times, not once: the code moved")
        return text.replace(self.find, self.replace)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutation, what said so, and how long it took."""

    mutation: Mutation
    state: str  # caught, survived, broken, moved
    by: str
    seconds: float


@dataclass
class Verdict:
    """What one run of dbt said."""

    caught_by: list[str] = field(default_factory=list)
    broken_by: list[str] = field(default_factory=list)
    nodes_count: int = 0


def read_mutations(folder: Path = HERE) -> list[Mutation]:
    """All mutations of the folder, in the order of files and rows.

    Raises:
        ValueError: a name stands twice, a mutation changes nothing or is of no kind there is, or one stops some
            steps after the change.
    """
    mutations = []
    for file in sorted(folder.glob("*.toml")):
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["mutation"]:
            row["tests"] = tuple(row.get("tests", ()))
            row.setdefault("select", "" if row["tests"] else f"{Path(row['file']).stem}+")
            mutations.append(Mutation(**row))
    names = [one.name for one in mutations]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"mutations named twice: {sorted(repeated)}")
    if stale := [one.name for one in mutations if re.search(r"\+\d", one.select)]:
        raise ValueError(f"mutations that would compare new tables with old ones: {stale}")
    if strange := [one.name for one in mutations if one.kind is not None and one.kind not in KINDS]:
        raise ValueError(f"mutations of a kind that is none: {strange}")
    if idle := [one.name for one in mutations if one.find == one.replace]:
        raise ValueError(f"mutations that change nothing: {idle}")
    return mutations


def chosen(
    mutations: Sequence[Mutation], *, names: Sequence[str], sample: int | None, seed: int
) -> list[Mutation]:
    """The named ones, or a sample, or all.

    Raises:
        LookupError: no mutation has that name.
    """
    if unknown := set(names) - {one.name for one in mutations}:
        raise LookupError(f"no mutation is named {', '.join(sorted(unknown))}")
    picked = [one for one in mutations if not names or one.name in names]
    if sample is not None and sample < len(picked):
        picked = random.Random(seed).sample(picked, sample)
    return picked


def verdict_of(result) -> Verdict:
    """Tells a failing test or a guard from a project that does not run. `result` is what dbtRunner gives."""
    verdict = Verdict()
    results = getattr(result.result, "results", None)
    if results is None:
        verdict.broken_by.append(_one_line(str(result.exception or "dbt gave no results")))
        return verdict
    for one in results:
        verdict.nodes_count += one.status != "skipped"
        if one.status not in FAILED:
            continue
        message = one.message or ""
        if one.status == "fail" or any(guard in message for guard in GUARDS):
            kind = "" if one.status == "fail" else "guard in "
            verdict.caught_by.append(f"{kind}{one.node.name}")
        else:
            verdict.broken_by.append(f"{one.node.name}: {_one_line(message)}")
    return verdict


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def dbt_build(project: Path, *words: str) -> Verdict:
    """`dbt build` in this process, in the project's folder, quietly."""
    from dbt.cli.main import dbtRunner

    os.chdir(project)
    os.environ.update({"DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"})
    os.environ.pop("CUSTOMER_SEGMENTATION_WAREHOUSE", None)  # warehouse/ of the scratch copy
    arguments = [
        "build",
        "--profiles-dir",
        ".",
        "--vars",
        f"{{as_of_date: {AS_OF_DATE}}}",
        "--quiet",
        "--log-level-file",
        "none",
        "--no-write-json",
        *words,
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        return verdict_of(dbtRunner().invoke(arguments))


def run_pytest(tree: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Exit code and first failure of these tests in a copy of the project, on the package of that copy."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        # no byte code: a file that is changed and put back within a second would leave that of the change
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (done.stdout + done.stderr).strip().splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, _one_line((failed or lines or [""])[0 if failed else -1])


def try_with_pytest(mutation: Mutation, trees: Sequence[Path]) -> Outcome:
    """Runs the named tests on the mutated package in a free copy and puts the copy back as it was."""
    started = time.monotonic()
    with _free_slot(trees) as tree:
        file = tree / mutation.file
        original = file.read_bytes()
        try:
            file.write_text(mutation.applied_to(original.decode("utf-8")), encoding="utf-8")
            code, said = run_pytest(tree, mutation.tests)
        finally:
            file.write_bytes(original)
    state = {0: "survived", TESTS_FAILED: "caught"}.get(code, "broken")
    return Outcome(mutation, state, said, time.monotonic() - started)


def try_mutation(mutation: Mutation, slots: Sequence[Path], built: Path, exclude: Sequence[str]) -> Outcome:
    """Builds the mutated project in a free scratch copy and puts the copy back as it was."""
    started = time.monotonic()
    with _free_slot(slots) as project:
        file = project / mutation.file
        original = file.read_bytes()
        parsed = project / "target" / "partial_parse.msgpack"
        parsed_before = parsed.read_bytes()
        try:
            file.write_text(mutation.applied_to(original.decode("utf-8")), encoding="utf-8")
            # emptied first: a run that stopped early leaves a log that does not belong to the new file
            shutil.rmtree(project / "warehouse")
            (project / "warehouse").mkdir()
            shutil.copy(built, project / "warehouse" / "build.duckdb")
            words = ["--select", *mutation.select.split(), "--indirect-selection", "buildable", "--fail-fast"]
            verdict = dbt_build(project, *words, *(["--exclude", *exclude] if exclude else []))
        finally:
            file.write_bytes(original)
            parsed.write_bytes(parsed_before)
    seconds = time.monotonic() - started
    if verdict.caught_by:
        return Outcome(mutation, "caught", verdict.caught_by[0], seconds)
    if verdict.broken_by:
        return Outcome(mutation, "broken", verdict.broken_by[0], seconds)
    if not verdict.nodes_count:
        return Outcome(mutation, "broken", f"nothing is selected by {mutation.select!r}", seconds)
    return Outcome(mutation, "survived", f"{verdict.nodes_count} nodes passed", seconds)


@contextlib.contextmanager
def _free_slot(slots: Sequence[Path]) -> Iterator[Path]:
    """A scratch copy that no other process uses: there are as many as processes."""
    for slot in slots:
        try:
            (slot / "taken").mkdir()
        except FileExistsError:
            continue
        try:
            yield slot
        finally:
            (slot / "taken").rmdir()
        return
    raise RuntimeError("all scratch copies are in use")


def build_warehouse(folder: Path) -> None:
    """The example company loaded and built in `folder`, all tests passing without any mutation.

    Raises:
        RuntimeError: something fails before anything was mutated.
    """
    import duckdb

    from customer_segmentation.example import generate_example_company
    from customer_segmentation.loading import load_folder
    from customer_segmentation.warehouse import Warehouse

    generate_example_company(folder / "input", customers=CUSTOMERS)
    warehouse = Warehouse(folder / "warehouse")
    warehouse.folder.mkdir(parents=True)
    load_folder(folder / "input", warehouse, PROJECT)
    project = _scratch_project(folder / "unmutated")
    shutil.copy(warehouse.folder / "build.duckdb", project / "warehouse" / "build.duckdb")
    verdict = _in_a_process(dbt_build, project)
    if failures := verdict.caught_by + verdict.broken_by:
        raise RuntimeError(f"the project fails without a mutation: {'; '.join(failures)}")
    # dbt may leave the last writes in the log beside the file
    with duckdb.connect(project / "warehouse" / "build.duckdb") as connection:
        connection.execute("checkpoint")
    shutil.move(project / "warehouse" / "build.duckdb", folder / "built.duckdb")


def _scratch_project(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("python", "mutations", "__pycache__")
            shutil.copytree(source, folder / name, ignore=ignored)
        elif source.exists():
            shutil.copy(source, folder / name)
    (folder / "warehouse").mkdir()
    return folder


def prepare_trees(folder: Path, count: int, tests: Iterable[str]) -> list[Path]:
    """As many copies of the project with its package and Python tests as processes.

    Raises:
        RuntimeError: one of the tests fails before anything was mutated.
    """
    trees = [folder / f"tree_{number}" for number in range(count)]
    for tree in trees:
        tree.mkdir(parents=True)
        for name in COPIED_FOR_PYTEST:
            source = PROJECT / name
            if source.is_dir():
                shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, tree / name)
    for test in sorted(set(tests)):
        code, said = run_pytest(trees[0], [test])
        if code:
            raise RuntimeError(f"{test} fails without a mutation: {said}")
    return trees


def _parse(project: Path) -> str:
    """Leaves `target/partial_parse.msgpack`; gives what is wrong, empty if nothing is."""
    verdict = dbt_build(project, "--select", "tag:nothing_has_this_tag")
    return "; ".join(verdict.broken_by)


def prepare_slots(folder: Path, count: int) -> list[Path]:
    """As many scratch copies of the project as processes, each parsed."""
    slots = [_scratch_project(folder / f"slot_{number}") for number in range(count)]
    with _processes(count) as pool:
        for wrong in pool.map(_parse, slots):
            if wrong:
                raise RuntimeError(f"the project does not parse: {wrong}")
    return slots


def _processes(count: int) -> ProcessPoolExecutor:
    """One process per task, with dbt imported before it is forked."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])
    return ProcessPoolExecutor(count, mp_context=context, max_tasks_per_child=1)


def _in_a_process(function, *arguments):
    with _processes(1) as pool:
        return pool.submit(function, *arguments).result()


def run_mutations(
    mutations: Iterable[Mutation],
    slots: Sequence[Path],
    built: Path,
    *,
    exclude: Sequence[str] = (),
    trees: Sequence[Path] = (),
) -> Iterator[Outcome]:
    """Outcomes as they come: `slots` for dbt, `trees` for pytest, as many as processes."""
    with _processes(len(slots or trees)) as pool:
        running: list[Future[Outcome]] = []
        for mutation in mutations:
            try:
                mutation.applied_to((PROJECT / mutation.file).read_text(encoding="utf-8"))
            except (LookupError, OSError) as error:
                yield Outcome(mutation, "moved", str(error), 0.0)
                continue
            if mutation.tests:
                running.append(pool.submit(try_with_pytest, mutation, trees))
            else:
                running.append(pool.submit(try_mutation, mutation, slots, built, exclude))
        for future in as_completed(running):
            yield future.result()


def table_of(outcomes: Sequence[Outcome]) -> str:
    """One line per mutation, those that fail the run at the end."""
    order = {"caught": 0, "moved": 1, "broken": 2, "survived": 3}
    rows = sorted(outcomes, key=lambda one: (order[one.state], one.mutation.file, one.mutation.name))
    width = max(len(one.mutation.name) for one in outcomes)
    return "\n".join(
        f"{one.state:<9} {one.mutation.name:<{width}} {one.seconds:6.1f} s  {one.mutation.why}\n"
        f"{'':<10}{'':<{width}}           {one.by}"
        for one in rows
    )


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 0 where every mutation was caught, 1 otherwise, 2 for a wrong call."""
    parser = argparse.ArgumentParser(description="Each one-line mutation must be caught by a test.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these mutations")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument(
        "--built", type=Path, metavar="FILE", help="a build file of this very project, instead of a new one"
    )
    parser.add_argument(
        "--exclude", nargs="*", default=[], metavar="NODE+", help="what dbt leaves out, with all after it"
    )
    parser.add_argument("--list", action="store_true", help="only list the mutations")
    options = parser.parse_args(words)
    try:
        mutations = chosen(read_mutations(), names=options.names, sample=options.sample, seed=options.seed)
    except LookupError as error:
        parser.error(str(error))
    if options.list:
        for one in mutations:
            kind = f", {KINDS[one.kind]}" if one.kind else ""
            print(f"{one.name}: {one.why} ({one.file}{kind})")
        return 0
    with tempfile.TemporaryDirectory(prefix="mutations_") as folder_name:
        folder = Path(folder_name)
        in_dbt = any(not one.tests for one in mutations)
        if in_dbt and options.built is None:
            print(f"Building the example company of {CUSTOMERS} customers without a mutation ...", flush=True)
            build_warehouse(folder)
        built = options.built or folder / "built.duckdb"
        slots = prepare_slots(folder, SLOTS) if in_dbt else []
        named = [test for one in mutations for test in one.tests]
        trees = prepare_trees(folder, SLOTS, named) if named else []
        outcomes = []
        for outcome in run_mutations(mutations, slots, built.resolve(), exclude=options.exclude, trees=trees):
            outcomes.append(outcome)
            words = f"{outcome.state}: {outcome.mutation.name} ({outcome.by}, {outcome.seconds:.0f} s)"
            print(f"{len(outcomes)}/{len(mutations)} {words}", flush=True)
    print(table_of(outcomes))
    missed = [one for one in outcomes if one.state != "caught"]
    print(f"{len(outcomes) - len(missed)} of {len(outcomes)} mutations were caught.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
