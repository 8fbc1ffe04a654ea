"""A family is added to a copy of the project word for word as CONTRIBUTING.md says: one refresh later it is everywhere.

The files are the fenced blocks of CONTRIBUTING.md itself, each introduced by a line that says where it belongs.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from customer_segmentation.warehouse import MEMORY_LIMIT_VARIABLE
from helpers import ROOT
from helpers.families_table import expected_table, shown_table
from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, dbt, refresh

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

FAMILY = "tenure"
FOLDER = f"models/marts/{FAMILY}"
SCHEME_COLUMN = "tenure_segment"
MOST_FILES, MOST_MODELS = 8, 6
TABLES_OF_ROWS = {
    "README.md",
    "seeds/catalogue/scheme_catalogue.csv",
    "seeds/catalogue/segment_catalogue.csv",
    "seeds/rules/segment_rules.csv",
}
NOT_COPIED = shutil.ignore_patterns(
    *(".git", ".venv", "target", "logs", "warehouse", "example_data", ".work", ".venvs"),
    *("__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "*.duckdb"),
)
BLOCK = re.compile(r"^(?P<line>[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
PLACE = re.compile(r"^`(?P<file>[^`]+)`, (?P<where>new|at the end|above `(?P<anchor>[^`]+)`).*:$")

# In the copy: the manifest of the refresh, so that dbt need not parse the project once more.
PARSED = """
import json, pathlib, pytest

@pytest.fixture(scope="session")
def manifest():
    return json.loads(pathlib.Path("{file}").read_text())
"""


@dataclass(frozen=True)
class Block:
    """What CONTRIBUTING.md puts into a file: all of it, rows at its end, or lines above another one."""

    file: str
    where: str
    anchor: str | None
    text: str

    def put_into(self, project: Path) -> None:
        """Write the block to its place; a place that is not there any more, or there twice, is an error."""
        path = project / self.file
        if self.where == "new":
            assert not path.exists(), f"CONTRIBUTING.md calls {self.file} new, but it is there"
            path.parent.mkdir(exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        assert path.is_file(), f"CONTRIBUTING.md changes {self.file}, which is not there"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        place = len(lines)
        if self.anchor:
            places = [number for number, line in enumerate(lines) if line.strip().startswith(self.anchor)]
            assert len(places) == 1, f"{len(places)} lines of {self.file} begin with {self.anchor}"
            (place,) = places
        path.write_text("".join([*lines[:place], self.text, *lines[place:]]), encoding="utf-8")


def blocks() -> list[Block]:
    """The blocks of the section on families, in its order; commands (sh) are none."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Add a family.*?(?=^## Add an adapter)", text, re.M | re.S)
    found = [match for match in BLOCK.finditer(section) if match["language"] != "sh"]
    assert 2 * len(found) == len(re.findall(r"^```", section, re.M)) - 2 * section.count("\n```sh\n")
    places = [PLACE.match(match["line"]) for match in found]
    lost = [match["line"] for match, place in zip(found, places, strict=True) if place is None]
    assert not lost, f"CONTRIBUTING.md does not say where these blocks belong: {lost}"
    return [
        Block(place["file"], place["where"], place["anchor"], match["text"])
        for match, place in zip(found, places, strict=True)
        if place
    ]


@dataclass(frozen=True)
class Added:
    """The copy of the project with the family, refreshed."""

    project: Path
    blocks: list[Block]
    refreshed: Refreshed

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.refreshed.warehouse / "target" / "manifest.json").read_text())


def move_a_threshold(seed: Path) -> None:
    """At risk until five times the usual gap, not four: the rules on both sides of the bound."""
    rules = seed.read_text()
    for before, after in (
        ("at_risk,,2,lapse_ratio,2,4,,,,,,,Two to four", "at_risk,,3,lapse_ratio,2,5,,,,,,,Two to five"),
        ("dormant,,2,lapse_ratio,4,8,,,,,,,Four to", "dormant,,3,lapse_ratio,5,8,,,,,,,Five to"),
    ):
        assert rules.count(before) == 1
        rules = rules.replace(before, after)
    seed.write_text(rules)


@pytest.fixture(scope="module")
def added(example_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Added]:
    base = tmp_path_factory.mktemp("family")
    project = base / "project"
    shutil.copytree(ROOT, project, ignore=NOT_COPIED)
    steps = blocks()
    for step in steps:
        step.put_into(project)
    move_a_threshold(project / "seeds/rules/segment_rules.csv")
    with pytest.MonkeyPatch.context() as environment:
        # the same profile for refresh and plain dbt, or dbt would parse everything again
        environment.setenv(MEMORY_LIMIT_VARIABLE, "4GB")
        refreshed = refresh(example_folder, base / "warehouse", EXAMPLE_UNTIL.isoformat(), project=project)
        yield Added(project, steps, refreshed)


@pytest.fixture(scope="module")
def expected_labels(added: Added) -> dict[str, str]:
    """The tenure of every customer, worked out here from first orders and first contracts."""
    bought = added.refreshed.built_frame(
        "select customer_id, as_of_date, first_order_date as first_date from intermediate.int_customer_purchases_as_of "
        "union all select customer_id, as_of_date, first_subscription_date from intermediate.int_customer_contracts_as_of"
    )
    bought = bought[pd.to_datetime(bought["as_of_date"]) == pd.Timestamp(EXAMPLE_UNTIL)]
    first = pd.to_datetime(bought["first_date"]).groupby(bought["customer_id"]).min().dropna()
    days = (pd.Timestamp(EXAMPLE_UNTIL) - first).dt.days
    customers = [row[0] for row in added.refreshed.published("select customer_id from customer_segments")]

    def label(customer: str) -> str:
        if customer not in days:
            return "never_bought"
        years = days[customer] // 365
        return "first_year" if years < 1 else "second_year" if years < 2 else "established"

    return {customer: label(customer) for customer in customers}


def test_a_family_is_a_folder_two_lines_and_rows() -> None:
    """Eight files at most are written or edited by hand; four tables get rows, which change nothing that stands there."""
    steps = blocks()
    new = [step.file for step in steps if step.where == "new"]
    assert all(Path(file).parent.as_posix() == FOLDER for file in new), new
    assert sum(file.endswith(".sql") for file in new) <= MOST_MODELS
    changed = {step.file for step in steps if step.where != "new"}
    assert changed >= TABLES_OF_ROWS
    touched = {*new, *(changed - TABLES_OF_ROWS)}
    assert len(touched) <= MOST_FILES, sorted(touched)
    assert all(step.text.count("\n") == 1 for step in steps if step.file in changed - TABLES_OF_ROWS)


def test_everybody_has_the_label_that_the_purchases_say(
    added: Added, expected_labels: dict[str, str]
) -> None:
    assert len(expected_labels) > 900
    assert set(expected_labels.values()) == {"first_year", "second_year", "established", "never_bought"}
    queries = {
        "long": f"select customer_id, segment from customer_segment_assignments where scheme = '{FAMILY}'",
        "wide": f"select customer_id, {SCHEME_COLUMN} from customer_segments",
        "family": f"select customer_id, {SCHEME_COLUMN} from customer_{FAMILY}_segments",
    }
    for name, query in queries.items():
        rows = added.refreshed.published(query)
        assert len(rows) == len(expected_labels), name
        assert dict(rows) == expected_labels, name


def test_a_threshold_is_for_its_users_to_change(added: Added) -> None:
    """In the same refresh: the cases at the edges of the rules as delivered do not stand in the way."""
    rows = added.refreshed.published(
        "select segment, deciding_value, upper_bound, explanation from customer_segment_assignments "
        "where rule_id in ('lifecycle_repeat_at_risk', 'lifecycle_repeat_dormant')"
    )
    late = [row for row in rows if 4 <= row[1] < 5]
    assert late
    assert {(segment, float(bound)) for segment, _, bound, _ in late} == {("at_risk", 5.0)}
    assert all("Two to five times the usual gap" in words for *_, words in late)


def test_profiles_count_the_labels_at_every_month_end(added: Added, expected_labels: dict[str, str]) -> None:
    profiles = added.refreshed.published(
        f"select as_of_date, segment, customers_count from segment_profiles where scheme = '{FAMILY}'"
    )
    now = {segment: count for day, segment, count in profiles if day == EXAMPLE_UNTIL}
    assert now == {**Counter(expected_labels.values()), "unknown": 0}
    assert len({day for day, _, _ in profiles}) == 25


def test_the_catalogue_lists_family_scheme_and_labels(added: Added) -> None:
    listed = added.refreshed.published(
        f"select family, scheme, segment from segments where family = '{FAMILY}' order by rank"
    )
    labels = ["first_year", "second_year", "established", "never_bought", "unknown"]
    assert listed == [(FAMILY, FAMILY, label) for label in labels]


def test_the_docs_have_the_page_and_a_description_of_every_model(added: Added) -> None:
    manifest = added.manifest
    page = manifest["docs"][f"doc.customer_segmentation.family_{FAMILY}"]
    assert page["original_file_path"] == f"{FOLDER}/{FAMILY}.md"
    described = {
        node["name"]: node["description"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["original_file_path"].startswith(f"{FOLDER}/")
    }
    written = {Path(step.file).stem for step in added.blocks if step.file.startswith(FOLDER)}
    assert described.keys() == {name for name in written if (added.project / FOLDER / f"{name}.sql").exists()}
    assert all(described.values()), described
    assert described[f"customer_{FAMILY}_segments"] == page["block_contents"].strip()


def test_the_unit_tests_of_its_situations_pass(added: Added) -> None:
    """On the warehouse of the refresh and with its target, so that dbt need not parse everything again."""
    warehouse = added.refreshed.warehouse
    as_refreshed = ("--target", "duckdb", "--target-path", str(warehouse / "target"))
    chosen = ("--select", f"test_type:unit,path:{FOLDER}")
    done = dbt(warehouse, "test", *chosen, *as_refreshed, project=added.project)
    assert done.returncode == 0, done.stdout[-3000:]
    # dbt counts the project's hook before the run too
    assert "PASS=3 " in done.stdout, done.stdout[-3000:]


def test_the_readme_needs_its_row(added: Added) -> None:
    models = [node for node in added.manifest["nodes"].values() if node["resource_type"] == "model"]
    expected = expected_table(added.project, models)
    missing = set(expected.splitlines()) - set(shown_table(added.project).splitlines())
    assert not missing, f"CONTRIBUTING.md should put into the README: {missing}"
    assert shown_table(added.project) == expected
    assert shown_table(ROOT) != expected


def test_the_checks_of_the_project_accept_it(added: Added) -> None:
    manifest_file = added.refreshed.warehouse / "target" / "manifest.json"
    (added.project / "tests/python/project/conftest.py").write_text(PARSED.format(file=manifest_file))
    checks = ("test_architecture.py", "test_published_marts.py", "test_readme.py")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(f"tests/python/project/{check}" for check in checks),
        ],
        cwd=added.project,
        env={**os.environ, "PYTHONPATH": str(added.project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def printed_builds() -> list[list[str]]:
    """The words after `dbt` of each `dbt build` that CONTRIBUTING.md prints in its last step."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (step,) = re.findall(r"^### 8\..*?^```sh\n(.*?)^```$", text, re.M | re.S)
    return [shlex.split(line)[1:] for line in step.splitlines() if line.startswith("dbt build ")]


def test_the_commands_of_the_last_step_work_as_printed(added: Added) -> None:
    """Long after the last day of the example, and without a date: they build what was refreshed. They are run last."""
    warehouse = added.refreshed.warehouse
    as_refreshed = ("--target", "duckdb", "--target-path", str(warehouse / "target"))
    assert len(printed_builds()) == 2
    for words in printed_builds():
        done = dbt(warehouse, *words, *as_refreshed, project=added.project)
        assert done.returncode == 0, done.stdout[-3000:]
        assert f"As of {EXAMPLE_UNTIL}." in done.stdout
