"""Twenty erasures of a made-up company: gone at once and for good, down to the bytes of every file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from customer_segmentation.personal import hashed
from helpers.erasures import AS_OF, LATER, MERGED, PEOPLE, REQUESTED, deliver, found, named, rows, traces
from helpers.refreshed import Refreshed, command

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]


@pytest.fixture(scope="module")
def runs(make_once):
    """What was said, and what was found, after each step."""

    def fill(folder: Path) -> None:
        warehouse, first = folder / "warehouse", deliver(folder / "first")
        said: dict[str, object] = {}

        def run(name: str, *words: str | Path) -> str:
            done = command(*words, "--warehouse", warehouse)
            said[name] = {"code": done.returncode, "text": done.stdout + done.stderr}
            return done.stdout

        def refresh(name: str, delivered: Path, *more: str) -> None:
            run(name, "refresh", "--input", delivered, "--as-of", AS_OF, *more)

        refresh("first", first)
        secret = bytes.fromhex((warehouse / "hashing_secret").read_text())
        people = {**PEOPLE, **{old: PEOPLE[new] for old, new in MERGED.items() if new in PEOPLE}}
        wanted = traces(people, secret)

        def look(name: str, texts: set[str]) -> None:
            said[f"{name}_found"] = {path: sorted(names) for path, names in found(warehouse, texts).items()}

        # what an engine's message would leave behind
        (warehouse / "logs" / "dbt.log").open("a").write("Conversion Error: 'Zq05' is no number\n")
        state = json.loads((warehouse / "state.json").read_text())
        state["notices"].append("orders: 'Zebedee Quixworth05' is no status.")
        (warehouse / "state.json").write_text(json.dumps(state))
        look("first", wanted)
        words = [word for key in named() for word in ("--customer-id", key)]
        by_hash = words.index("zora02@mail.test")
        words[by_hash] = hashed("zora02@mail.test", secret)
        run("unknown", "erase", *words, "--customer-id", "nobody@mail.test")
        look("unknown", wanted)
        run("erase", "erase", *words)
        look("erase", wanted)
        said["published"] = Refreshed(warehouse).published(
            "select count(*), count(*) filter (starts_with(customer_id, 'K')) from customer_segments"
        )
        said["parents"] = Refreshed(warehouse).published(
            "select count(*) from customer_firmographic_segments where parent_customer_id is not null"
        )
        said["modes"] = {
            path.name: oct(path.stat().st_mode & 0o777)
            for path in (*warehouse.glob("*"), *warehouse.glob("published/*"))
            if path.is_file()
        }
        run("status", "status")
        run("again", "erase", "--customer-id", "Zq05")
        asking = deliver(folder / "asking", requests=rows("customer_id", f" {REQUESTED.upper()}"))
        refresh("asking", asking)
        look("asking", wanted | traces({REQUESTED: LATER[1:]}, secret))
        refresh("third", first)
        look("third", wanted | traces({REQUESTED: LATER[1:]}, secret))
        said["rejected"] = Refreshed(warehouse).built(
            "select input_table, count(*), count(distinct reason), max(reason) from marts.rejected_rows "
            "where rule_id = 'customer_erased' group by 1 order by 1"
        )
        said["reconciled"] = Refreshed(warehouse).built(
            "select count(*) filter (rows_read <> rows_accepted + rows_rejected), "
            "max(rows_read) filter (input_table = 'customers'), max(rows_accepted) filter (input_table = 'customers') "
            "from marts.input_reconciliation"
        )
        run("ended", "status")
        (warehouse / "erased_customers.json").write_text("{}")
        refresh("damaged", first)
        (folder / "said.json").write_text(json.dumps(said, default=str))

    return json.loads((make_once("erasure", fill) / "said.json").read_text())


def test_all_is_well_but_what_shall_not_be(runs) -> None:
    codes = {name: run["code"] for name, run in runs.items() if isinstance(run, dict) and "code" in run}
    texts = {
        name: run["text"][-2000:] for name, run in runs.items() if isinstance(run, dict) and "text" in run
    }
    assert codes == {
        "first": 0, "unknown": 1, "erase": 0, "status": 0, "again": 0, "asking": 0, "third": 0,
        "ended": 0, "damaged": 3,
    }, texts  # fmt: skip


def test_everybody_can_be_found_before(runs) -> None:
    held = runs["first_found"]
    assert {"build.duckdb", "published/segments.duckdb", "logs/dbt.log", "state.json"} <= set(held)
    assert len(held["build.duckdb"]) >= 3 * 20
    assert runs["unknown_found"] == held  # an identifier that is not known stops all of it


def test_an_unknown_identifier_is_one_sentence_that_shows_no_address(runs) -> None:
    said = runs["unknown"]["text"].strip()
    assert said.count("\n") == 0
    assert "nobody@mail.test" not in said
    assert "knows no customer_id '(e-mail address not shown)'" in said
    assert "--even-if-unknown" in said


def test_after_the_erasure_no_file_holds_any_of_them(runs) -> None:
    assert runs["erase_found"] == {}


def test_the_others_stay_published(runs) -> None:
    assert runs["published"] == [[41, 40]]  # and who asks later
    assert runs["parents"] == [[0]]
    assert "build.duckdb" not in runs["modes"]
    assert runs["modes"]["erased_customers.json"] == "0o600"
    assert runs["modes"]["segments.duckdb"] == "0o644"
    assert runs["modes"].get("segment_history.parquet", "0o600") == "0o600"


def test_it_is_said_what_was_done_and_what_cannot_be(runs) -> None:
    said = runs["erase"]["text"]
    assert "Erased: 22 customer identifiers, with those merged with what was named" in said
    assert "stay as published until the next refresh" in said
    assert "Build file: removed" in said
    assert "Beyond its reach: the company's own input files" in said
    assert "@" not in said
    assert "Zq" not in said
    assert "(1 were erased before)" in runs["again"]["text"]
    assert "Erased: 22 customer identifiers, left out by every load." in runs["status"]["text"]


def test_later_refreshes_bring_nobody_back(runs) -> None:
    assert runs["asking_found"] == {}
    assert runs["third_found"] == {}
    rejected = {table: (count, reasons, reason) for table, count, reasons, reason in runs["rejected"]}
    assert rejected["reviews"] == (20, 1, "The customer asked to be erased")
    assert rejected["customers"] == (22, 1, "The customer asked to be erased")
    assert rejected["orders"] == rejected["order_items"] == (110, 1, "The customer asked to be erased")
    assert rejected["product_events"][0] == rejected["users"][0] == 22
    assert runs["reconciled"] == [[0, 62, 40]]


def test_a_request_lasts_when_it_is_no_longer_delivered(runs) -> None:
    assert "Erased: 23 customer identifiers" in runs["ended"]["text"]


def test_a_damaged_list_stops_the_refresh(runs) -> None:
    assert "they would be published again; restore it from a backup" in runs["damaged"]["text"]
