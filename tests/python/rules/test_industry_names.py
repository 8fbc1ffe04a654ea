"""The sector of an industry in free words, against the lists that indices, statistics offices and directories publish.

`industry_names.csv` says for each name which sectors are right in the vocabulary of this project (several where the name
allows it). A third of the names, by a hash, was never looked at while patterns were written.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import MakeOnce

from helpers import ROOT

pytestmark = pytest.mark.warehouse

RIGHT_RATIO = 0.95
UNKNOWN_RATIO = 0.02
NAMES = Path(__file__).parent / "industry_names.csv"


def compile_sectors(folder: Path) -> None:
    """What dbt makes of the macro, over a relation `names`."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "dbt.cli.main",
            "--quiet",
            "compile",
            "--inline",
            "{{ industry_sectors('names') }}",
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "CUSTOMER_SEGMENTATION_WAREHOUSE": str(folder),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DO_NOT_TRACK": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    (folder / "sectors.sql").write_text(done.stdout[done.stdout.index("select") :])


@pytest.fixture(scope="session")
def sectors_sql(make_once: MakeOnce) -> str:
    """The compiled statement; it reads `names` and the seed as `industries`."""
    text = (make_once("industry_sectors", compile_sectors) / "sectors.sql").read_text()
    return re.sub(r'"\w+"\."\w+"\."industries"', "industries", text)


def sectors(statement: str, names: list[str], shuffled: bool = False) -> dict[str, str]:
    """Name -> sector, for the names that a pattern fits."""
    patterns = pd.read_csv(ROOT / "seeds" / "reference" / "industries.csv")
    with duckdb.connect() as connection:
        connection.register(
            "industries",
            patterns.sample(frac=1, random_state=7).reset_index(drop=True) if shuffled else patterns,
        )
        connection.register("names", pd.DataFrame({"industry": names}))
        return {industry: sector for industry, _, sector in connection.execute(statement).fetchall()}


def listed() -> list[dict[str, str]]:
    with NAMES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("is_held_out", ["false", "true"])
def test_published_industries_get_their_sector(sectors_sql: str, is_held_out: str) -> None:
    rows = [row for row in listed() if row["is_held_out"] == is_held_out]
    found = sectors(sectors_sql, [row["industry"] for row in rows])
    wrong = [
        f"{row['industry']}: {found.get(row['industry'])}, not {row['sectors']}"
        for row in rows
        if found.get(row["industry"]) not in row["sectors"].split(" or ")
    ]
    unknown = [row["industry"] for row in rows if row["industry"] not in found]
    assert len(rows) > 300
    assert len(wrong) <= (1 - RIGHT_RATIO) * len(rows), wrong
    assert len(unknown) <= UNKNOWN_RATIO * len(rows), unknown


def test_every_title_of_naics_is_known_and_nearly_all_mean_what_their_code_means(sectors_sql: str) -> None:
    """Words say other things than codes here and there (a travel agency is hospitality by words and a service by code)."""
    titles = pd.read_csv(ROOT / "seeds" / "reference" / "naics_codes.csv", dtype=str)
    prefixes = pd.read_csv(ROOT / "seeds" / "reference" / "naics_industry_sectors.csv", dtype=str)
    by_code = dict(zip(prefixes["naics_prefix"], prefixes["sector"], strict=True))
    found = sectors(sectors_sql, titles["naics_title"].tolist())
    same = [
        found.get(title)
        == next(by_code[code[:digits]] for digits in range(6, 1, -1) if code[:digits] in by_code)
        for code, title in zip(titles["naics_code"], titles["naics_title"], strict=True)
    ]
    assert len(set(titles["naics_title"]) - set(found)) <= UNKNOWN_RATIO * len(titles)
    assert sum(same) >= 0.9 * len(titles)


@pytest.mark.parametrize(
    ("industry", "sector"),
    [
        ("Insurance: Property and Casualty", "financial_services"),
        ("Life & Health Insurance", "financial_services"),
        ("Aerospace & Defense", "manufacturing"),
        ("Metals", "manufacturing"),
        ("Motor Vehicles", "manufacturing"),
        ("Homebuilders", "construction"),
        ("Communications", "telecommunications"),
        ("Other services (except public administration)", "services"),
        ("Wholesale trade, except of motor vehicles", "wholesale"),
        ("IT Security", "software"),
        ("security", "services"),
        ("Credit", "financial_services"),
    ],
)
def test_a_word_decides_only_where_no_better_one_stands(sectors_sql: str, industry: str, sector: str) -> None:
    assert sectors(sectors_sql, [industry]) == {industry: sector}


def test_what_says_nothing_stays_unknown(sectors_sql: str) -> None:
    assert sectors(sectors_sql, ["Other", "misc", "n/a", "-", "Quantum Dowsing", "42"]) == {}


def test_the_order_of_the_rows_decides_nothing(sectors_sql: str) -> None:
    names = [row["industry"] for row in listed()]
    assert sectors(sectors_sql, names) == sectors(sectors_sql, names, shuffled=True)
