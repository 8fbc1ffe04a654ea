"""Planted personal values are found nowhere that others can read: tables, bytes, page, state, logs, SQL, screen."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from customer_segmentation.contract import read_contract
from customer_segmentation.personal import hashed
from helpers import ROOT
from helpers.refreshed import Refreshed, command

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]

EMAIL, PARENT_EMAIL, PHONE, AREA_PHONE = (
    "zelda.plant@example.test", "zeppelin.parent@example.test", "+49 171 5550123", "(030) 5550 987",
)  # fmt: skip
KEYS = {EMAIL, PARENT_EMAIL, PHONE, AREA_PHONE}
# of every column that the contract marks as personal
COLUMNS = {
    ("customers", "customer_name"): "Zebulon Quixworth",
    ("customers", "email"): "zebulon.private@example.test",
    ("customers", "postal_code"): "QZX77PLZ",
    ("customers", "birth_date"): "1931-03-07",
    ("customers", "employer"): "Quixworth Zwieback Works",
    ("contacts", "email"): "zora.contact@example.test",
    ("product_events", "anonymous_id"): "anonzq93xk71",
    ("survey_responses", "answer"): "Zutiefst vertraulich quengelnd",
}
# what nobody expects there: a column the contract does not know, and a personal value in a plain one
STREET, INDUSTRY_EMAIL = "Zwergenweg 77q", "zacharias.industry@example.test"
CHANNEL_PHONE, TYPE_NAME = "(089) 5550 444", "Zuleika Typeworth"
UNREADABLE = "born-in-zq-1931"
ELSEWHERE = {STREET, INDUSTRY_EMAIL, CHANNEL_PHONE, TYPE_NAME, UNREADABLE, EMAIL.upper()}
VALUES = {*KEYS, *COLUMNS.values(), *ELSEWHERE}


def rows(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def deliver(folder: Path) -> None:
    name, email, postal_code, birth_date, employer, contact, device, answer = COLUMNS.values()
    plain = [f"C{number:03}" for number in range(40)]
    types = ["consumer", TYPE_NAME, ""]
    others = (*plain, *sorted(KEYS - {EMAIL, PARENT_EMAIL}))
    people = [f"{key},{types[number % 3]},,,,,," for number, key in enumerate(others)]
    files = {
        "customers": rows(
            "customer_id,customer_type,customer_name,email,postal_code,birth_date,employer,street_address",
            f"{EMAIL},business,{name},{email},{postal_code},{birth_date},{employer},{STREET}",
            f"{PARENT_EMAIL},business,{name},{email},{postal_code},{UNREADABLE},{employer},{STREET}",
            *people,
        ),
        "accounts": rows(
            "customer_id,parent_customer_id,industry,employee_count",
            f"{EMAIL},{PARENT_EMAIL},{INDUSTRY_EMAIL},50",
            f"{PARENT_EMAIL},,Software,500",
        ),
        "contacts": rows("contact_id,customer_id,email", f"P1,{EMAIL},{contact}"),
        "users": rows("user_id,customer_id", f"U1,{EMAIL}"),
        "product_events": rows(
            "event_id,user_id,anonymous_id,event_name,occurred_at", f"E1,U1,{device},opened,2026-05-01"
        ),
        "survey_responses": rows(
            "customer_id,question_key,answer,answered_at", f"{EMAIL},hobbies,{answer},2026-05-01"
        ),
        "orders": rows(
            "order_id,customer_id,ordered_at,status,net_amount,channel",
            *(
                f"O{number}_{day},{key},2026-0{day}-0{number % 9 + 1},paid,{20 + number},"
                + (CHANNEL_PHONE if number == 0 else "web")
                for number, key in enumerate((*plain, *sorted(KEYS)))
                for day in range(1, 6)
            ),
            f"OX,{EMAIL.upper()},2026-05-01,paid,20,web",
            f"OY,{PHONE},2026-05-01,{EMAIL},20,web",
        ),
    }
    for table, text in files.items():
        (folder / f"{table}.csv").write_text(text)


@pytest.fixture(scope="module")
def run(make_once) -> tuple[Refreshed, Path]:
    def fill(folder: Path) -> None:
        delivered = folder / "input"
        delivered.mkdir()
        deliver(delivered)
        warehouse = folder / "warehouse"
        words = ("--input", delivered, "--as-of", "2026-06-30", "--warehouse", warehouse)
        done = command("refresh", *words)
        page = command("personas", "--warehouse", warehouse, "--output", folder / "personas.html")
        status = command("status", "--warehouse", warehouse)
        said = [text for process in (done, page, status) for text in (process.stdout, process.stderr)]
        (folder / "said.txt").write_text("\n".join(said))
        assert (done.returncode, page.returncode, status.returncode) == (0, 0, 0), said

    folder = make_once("personal_values", fill)
    return Refreshed(folder / "warehouse"), folder


def texts_of(refreshed: Refreshed) -> set[tuple[str, str, str]]:
    columns = refreshed.published(
        "select table_name, column_name from duckdb_columns() where schema_name = 'main' and not internal"
    )
    return {
        (table, column, text)
        for table, column in columns
        for (text,) in refreshed.published(f'select distinct cast("{column}" as varchar) from "{table}"')
        if text is not None
    }


def holding(text: str) -> set[str]:
    return {value for value in VALUES if value.lower() in text.lower()}


def test_every_personal_column_of_the_contract_is_planted() -> None:
    personal = {
        (table.name, column.name)
        for table in read_contract(ROOT).tables.values()
        for column in table.columns
        if column.is_pii
    }
    assert personal == set(COLUMNS)


def test_what_is_planted_was_read(run) -> None:
    refreshed, _ = run
    kept = {row[0] for row in refreshed.built("select value from private.hashed_values")}
    assert {*KEYS, INDUSTRY_EMAIL} <= kept
    assert refreshed.built("select count(*) from raw.survey_responses") == [(1,)]


def test_no_column_of_a_published_table_holds_a_planted_value(run) -> None:
    refreshed, _ = run
    assert {(table, column) for table, column, text in texts_of(refreshed) if holding(text)} == set()


def test_no_byte_outside_the_private_files_holds_a_planted_value(run) -> None:
    refreshed, folder = run
    private = {refreshed.build_file, refreshed.warehouse / "segment_history.parquet"}
    readable = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path not in private and "input" not in path.relative_to(folder).parts
    ]
    names = {path.name for path in readable}
    assert {"segments.duckdb", "personas.html", "state.json", "said.txt", "dbt.log"} <= names
    assert {"run_results.json", "manifest.json"} <= names
    found = {path.name: holding(path.read_bytes().decode("latin-1")) for path in readable}
    assert {name: values for name, values in found.items() if values} == {}


def test_one_customer_has_one_hash_in_all_tables(run) -> None:
    refreshed, _ = run
    secret = bytes.fromhex((refreshed.warehouse / "hashing_secret").read_text())
    hashes = {hashed(key, secret) for key in KEYS}
    tables = [
        table
        for (table,) in refreshed.published(
            "select table_name from duckdb_columns() where column_name = 'customer_id' and schema_name = 'main'"
        )
    ]
    assert len(tables) >= 8
    for table in tables:
        found = {
            row[0]
            for row in refreshed.published(
                f"select distinct customer_id from {table} where starts_with(customer_id, 'hashed_')"
            )
        }
        # no row for who has none
        some = (
            "account_tier_reasons",
            "contact_roles",
            "customer_behavior_matches",
            "customer_custom_segments",
            "customer_technologies",
        )
        assert found == hashes or (table in some and found <= hashes), table
    parents = refreshed.published(
        "select ultimate_parent_customer_id from customer_firmographic_segments where parent_customer_id is not null"
    )
    assert parents == [(hashed(PARENT_EMAIL, secret),)]


def test_the_build_file_joins_a_hash_back(run) -> None:
    refreshed, _ = run
    secret = bytes.fromhex((refreshed.warehouse / "hashing_secret").read_text())
    pairs = refreshed.built("select value, hashed_value from private.hashed_values where is_customer_id")
    assert set(pairs) == {(key, hashed(key, secret)) for key in KEYS}
    for name in ("hashing_secret", "build.duckdb", "segment_history.parquet"):
        assert (refreshed.warehouse / name).stat().st_mode & 0o777 == 0o600


def test_it_is_said_how_many_and_where(run) -> None:
    _, folder = run
    said = " ".join((folder / "said.txt").read_text().split())
    assert "customers: 4 of the customer_ids look like personal values (2 e-mail addresses and 2 " in said
    assert re.search(
        r"customer_firmographic_segments\.industry, [a-z_., ]+explanation: 2 of the texts look", said
    )


def test_plain_identifiers_stay(run) -> None:
    refreshed, _ = run
    with duckdb.connect(str(refreshed.published_file), read_only=True) as connection:
        row = connection.execute(
            "select count(*) from customer_segments where regexp_full_match(customer_id, 'C[0-9]{3}')"
        ).fetchone()
    assert row == (40,)
