"""`make bench`: the same work by this project, lifetimes and pymc-marketing, measured in one run.

Each measurement is a process of its own. Prints a table; writes RESULTS.md and results.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from environments import ready_environment
from measure import Measurement, measured
from report import markdown, table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OURS, OURS_DBT = "customer_segmentation", "customer_segmentation with dbt"
OTHERS = ("lifetimes", "pymc-marketing")
SIZES = (10_000, 100_000, 1_000_000)
WARM_UP_SIZE = 2_000
SEED = 1


def repeats_for(size: int, package: str, wished: int | None) -> int:
    """How often a measurement is repeated: more often where it is quick and so noisy."""
    if package == OURS_DBT:
        return 1
    return wished or (5 if size <= 10_000 else 3)


def work_command(package: str, python: Path) -> list[str | Path]:
    script = {OURS: "work_project.py", OURS_DBT: "work_dbt.py"}.get(
        package, f"work_{package.replace('-', '_')}.py"
    )
    return [python, HERE / script]


def work_environment(package: str, work_folder: Path) -> dict[str, str]:
    """Settings of a measured process. PyTensor compiles with g++ where there is one, else with numba."""
    if package == OURS:
        return {"PYTHONPATH": str(ROOT)}
    if package == "pymc-marketing":
        linker = "" if shutil.which("g++") else ",linker=numba"
        return {
            "PYTENSOR_FLAGS": f"base_compiledir={work_folder / 'pytensor'}{linker}",
            "MPLCONFIGDIR": str(work_folder / "matplotlib"),
        }
    return {}


def run_benchmark(
    sizes: Sequence[int], packages: Sequence[str], repeats: int | None, folder: Path
) -> Iterator[dict]:
    """Measure everything; yields what results.json holds after each size, so nothing measured is lost."""
    pythons = {name: ready_environment(name) for name in packages if name in OTHERS}
    pythons[OURS] = pythons[OURS_DBT] = Path(sys.executable)
    dbt_target = folder / "dbt_target"
    compiled = dbt_target / "compiled" / "customer_segmentation" / "models" / "intermediate" / "clv"

    def measure(package: str, work: str, size: int, repeat: int) -> Measurement:
        output = folder / f"out_{size}" / package.replace(" ", "_")
        output.mkdir(parents=True, exist_ok=True)
        more = {OURS: [compiled], OURS_DBT: [folder / "warehouse", dbt_target]}.get(package, [])
        words = [] if package == OURS_DBT else [work]
        return measured(
            [*work_command(package, pythons[package]), *words, folder / f"in_{size}", output, *more],
            environment=work_environment(package, folder),
            log=folder / "logs" / f"{package.replace(' ', '_')}_{work}_{size}_{repeat}.log",
        )

    print("Warming up: dbt compiles the project, PyTensor its functions (not counted)", flush=True)
    make_input(folder, WARM_UP_SIZE)
    measure(OURS_DBT, "chain", WARM_UP_SIZE, 0)
    warm_ups = {
        package: sum(measure(package, work, WARM_UP_SIZE, 0).work_seconds for work in ("fit", "chain"))
        for package in packages
        if package != OURS_DBT
    }
    found_machine = machine() | {"pytensor_first_seconds": round(warm_ups.get("pymc-marketing", 0))}
    results = []
    for size in sizes:
        make_input(folder, size)
        for work in ("fit", "chain"):
            present = [name for name in packages if work == "chain" or name != OURS_DBT]
            taken: dict[str, list[Measurement]] = {name: [] for name in present}
            rounds = max(repeats_for(size, name, repeats) for name in present)
            # One after the other in each round, so that a busy minute of the machine falls on all of them.
            for round_number in range(rounds):
                for name in present:
                    if round_number < repeats_for(size, name, repeats):
                        print(f"{size:>9,} customers, {work}, {name}", flush=True)
                        taken[name].append(measure(name, work, size, round_number))
            results += [
                {"customers": size, "work": work, "package": name, "runs": [asdict(run) for run in runs]}
                for name, runs in taken.items()
            ]
        for name in packages:
            if name != OURS:
                found = agreement(
                    folder / f"out_{size}" / OURS, folder / f"out_{size}" / name.replace(" ", "_")
                )
                results.append({"customers": size, "work": "agreement", "package": name, "measures": found})
        shutil.rmtree(folder / f"in_{size}")
        shutil.rmtree(folder / f"out_{size}")
        today = datetime.now(UTC).date().isoformat()
        yield {"measured_at": today, "machine": found_machine, "results": results}


def make_input(folder: Path, size: int) -> None:
    subprocess.run(
        [sys.executable, HERE / "simulate.py", folder / f"in_{size}", str(size), "--seed", str(SEED)],
        check=True,
    )


def agreement(ours: Path, theirs: Path) -> dict:
    command = [sys.executable, HERE / "agreement.py", ours, theirs]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def machine() -> dict[str, object]:
    """The machine in words that name nobody's machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory),
        "system": os.uname().sysname,
        "architecture": os.uname().machine,
        "python": ".".join(map(str, sys.version_info[:3])),
        "load_before": round(os.getloadavg()[0], 1),
        "pytensor_compiles_with": "g++" if shutil.which("g++") else "numba",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="numbers of customers")
    parser.add_argument(
        "--repeats",
        type=int,
        help="runs of each measurement but dbt's, which is one (default: 5 of small ones, 3)",
    )
    parser.add_argument(
        "--packages", nargs="*", choices=[OURS, OURS_DBT, *OTHERS], default=[OURS, OURS_DBT, *OTHERS]
    )
    parser.add_argument("--output", type=Path, default=HERE, help="folder of RESULTS.md and results.json")
    options = parser.parse_args()
    sizes = sorted(options.sizes or SIZES)
    (HERE / ".work").mkdir(exist_ok=True)
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HERE / ".work") as folder:
        for found in run_benchmark(sizes, options.packages, options.repeats, Path(folder)):
            (options.output / "results.json").write_text(json.dumps(found, indent=1) + "\n")
            (options.output / "RESULTS.md").write_text(markdown(found))
    print()
    print(table(found))
    print(f"\nWritten: {options.output / 'RESULTS.md'} and {options.output / 'results.json'}")


if __name__ == "__main__":
    main()
