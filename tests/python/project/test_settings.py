"""Every setting that is read stands in the seed, and every row of the seed is read: a misspelt name would be null."""

from __future__ import annotations

import csv
import re

from helpers import ROOT

CALL = re.compile(r"settings\('(\w+)', \[([^\]]*)\]\)")
SQL_FILES = [file for folder in ("models", "macros") for file in sorted((ROOT / folder).rglob("*.sql"))]
PYTHON_FILES = [
    file
    for folder in ("python_models", "customer_segmentation")
    for file in sorted((ROOT / folder).rglob("*.py"))
]


def rows_of_the_seed() -> set[tuple[str, str]]:
    with (ROOT / "seeds/rules/settings.csv").open() as file:
        return {(row["topic"], row["setting"]) for row in csv.DictReader(file)}


def read_by_sql() -> set[tuple[str, str]]:
    return {
        (topic, name)
        for file in SQL_FILES
        for topic, names in CALL.findall(file.read_text())
        for name in re.findall(r"'(\w+)'", names)
    }


def test_every_setting_that_sql_reads_is_a_row_of_the_seed() -> None:
    assert len(read_by_sql()) > 20
    assert read_by_sql() - rows_of_the_seed() == set()


def test_every_row_of_the_seed_is_read() -> None:
    texts = [file.read_text() for file in [*PYTHON_FILES, *SQL_FILES]]
    endings = {ending for text in texts for ending in re.findall(r"setting like '%(\w+)'", text)}
    unread = {
        (topic, name)
        for topic, name in rows_of_the_seed() - read_by_sql()
        if not name.endswith(tuple(endings))
        # a guard of one table is read by the name of the guard
        and not any(re.search(rf"\b({name}|{name.partition('_of_')[0]})\b", text) for text in texts)
    }
    assert unread == set()
