"""A small project, and this whole one, each with two deliveries, and what a warehouse of theirs has to look like."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from customer_segmentation.example import generate_example_company
from customer_segmentation.warehouse import Warehouse
from helpers.small_project import CONTRACT, FILES

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
AS_OF = "2026-06-30"
KEPT = {
    *(
        "build.duckdb",
        "erased_customers.json",
        "hashing_secret",
        "logs",
        "published",
        "refresh.lock",
        "runs.jsonl",
    ),
    *("segment_history.parquet", "state.json", "target"),
}
WHOLE_CUSTOMERS = 150  # with fewer a table stays empty, and a refresh refuses it
SMALL_CUSTOMERS = 20


@dataclass
class Company:
    """A project with a warehouse and deliveries that tell themselves apart by their customers or their date."""

    name: str
    folder: Path
    project: Path
    deliveries: list[tuple[Path, str]] = field(default_factory=list)  # input folder and as-of date

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(self.folder / "warehouse")

    def start(self, number: int, hurt: str = "") -> subprocess.Popen[str]:
        """A refresh with one of the deliveries, in a process group of its own."""
        folder, as_of = self.deliveries[number % len(self.deliveries)]
        words = [
            str(HERE / "one_refresh.py"),
            *map(str, (folder, self.warehouse.folder, self.project, as_of)),
        ]
        said = (self.folder / "said.txt").open("w", encoding="utf-8")
        with said:
            return subprocess.Popen(
                [sys.executable, *words, *([hurt] if hurt else [])],
                cwd=PROJECT,
                env={**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                start_new_session=True,
            )

    def said(self) -> str:
        """What the last refresh said on stderr, without its steps."""
        lines = (self.folder / "said.txt").read_text(encoding="utf-8").splitlines()
        return "\n".join(line for line in lines if line[2:3] != ":")

    def state(self) -> dict[str, object]:
        try:
            return json.loads(self.warehouse.state_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def leftovers(self) -> list[str]:
        """What lies in the warehouse folder, or beside the parsed project, and should not."""
        warehouse = self.warehouse
        found = {path.name for path in warehouse.folder.iterdir()} - KEPT - {"ballast"}
        found |= {path.name for path in warehouse.published_file.parent.iterdir()} - {
            warehouse.published_file.name
        }
        for folder in (warehouse.folder, self.project / "target"):
            found |= {path.name for path in folder.rglob("*.tmp*")}
        return sorted(found)


def small_company(folder: Path) -> Company:
    """Two models, a seed and a test: a refresh takes seconds, nearly all of them in dbt's start."""
    project = folder / "project"
    contract = project / "models" / "staging" / "_staging__contract_all.yml"
    for path, content in {
        contract: CONTRACT,
        **{project / name: text for name, text in FILES.items()},
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    company = Company("small project", folder, project)
    for more in (0, 1):
        delivered = folder / f"input_{more}"
        delivered.mkdir()
        ids = range(SMALL_CUSTOMERS + more)
        names = "".join(f"C{number},Somebody\n" for number in ids)
        orders = "".join(f"O{number},C{number},2026-01-05,12.50\n" for number in ids)
        (delivered / "customers.csv").write_text(f"customer_id,customer_name\n{names}", encoding="utf-8")
        (delivered / "orders.csv").write_text(
            f"order_id,customer_id,ordered_at,net_amount\n{orders}", encoding="utf-8"
        )
        company.deliveries.append((delivered, AS_OF))
    return company


def whole_company(folder: Path) -> Company:
    """This project with an example company of a few customers, as of two days."""
    delivered = folder / "input"
    generate_example_company(delivered, customers=WHOLE_CUSTOMERS, seed=7, until=date.fromisoformat(AS_OF))
    shutil.rmtree(delivered / "truth", ignore_errors=True)
    return Company("whole project", folder, PROJECT, [(delivered, "2026-06-29"), (delivered, AS_OF)])
