"""A load leaves out whoever was erased: in every table, in every spelling, and before anything is stored."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import duckdb
import pytest

from customer_segmentation.contract import read_contract
from customer_segmentation.errors import DataRefused, EnvironmentFault
from customer_segmentation.loading import load_folder
from customer_segmentation.loading.references import accepted_references, personal_references
from customer_segmentation.loading.suppression import (
    ANY_CASE,
    PUBLISHED,
    Hashes,
    Suppressed,
    add_suppressed,
    read_suppression,
)
from customer_segmentation.loading.texts import CLEANED_BLANKS
from customer_segmentation.personal import hashed
from customer_segmentation.run_state import write_state
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT

GONE = "zoe@example.test"
NAME = "Zoe Quixworth"
# a row of everything of somebody who is erased and of somebody who stays
DELIVERY = {
    "customers.csv": f"customer_id,customer_name,email,status,referred_by_customer_id\n{GONE},{NAME},zq@example.test,customer,stays\nstays,Ann,,customer,{GONE}\n",
    "accounts.csv": f"customer_id,parent_customer_id,industry\n{GONE},,Software\nstays,{GONE},Retail\n",
    "contacts.csv": f"contact_id,customer_id,email\nK1,{GONE},zk@example.test\nK2,stays,\n",
    "users.csv": "user_id,contact_id,customer_id\nU1,K1,\nU2,K2,stays\nU3,K1,stays\n",
    "orders.csv": f"order_id,customer_id,contact_id,ordered_at,net_amount\nO1,{GONE},K1,2026-01-05,10\nO2,stays,K2,2026-01-06,20\nO3,stays,K1,2026-01-07,30\n",
    "order_items.csv": "order_id,line_number,quantity\nO1,1,1\nO1,2,1\nO2,1,1\nO3,1,1\n",
    "refunds.csv": "refund_id,order_id,customer_id,refunded_at,amount\nR1,O1,,2026-01-09,5\nR2,O2,stays,2026-01-09,5\n",
    "subscriptions.csv": f"subscription_id,customer_id,started_at,mrr_amount\nS1,{GONE},2026-01-01,5\nS2,stays,2026-01-01,5\n",
    "product_events.csv": "event_id,user_id,customer_id,event_name,occurred_at\nE1,U1,,opened,2026-01-01\nE2,U2,,opened,2026-01-01\nE3,U1,stays,opened,2026-01-01\n",
    "campaign_events.csv": "event_id,contact_id,event_type,occurred_at\nM1,K1,opened,2026-01-01\nM2,K2,opened,2026-01-01\n",
    "support_tickets.csv": "ticket_id,user_id,opened_at\nT1,U1,2026-01-01\nT2,U2,2026-01-01\n",
    "survey_responses.csv": f"customer_id,question_key,answer,answered_at\n{GONE},hobbies,zithers,2026-01-01\nstays,hobbies,chess,2026-01-01\n",
    "reviews.csv": f"customer_id,rating,reviewed_at\n{GONE},5,2026-01-01\nstays,4,2026-01-01\n",
    "opportunities.csv": f"opportunity_id,customer_id,stage\nD1,{GONE},won\nD2,stays,won\n",
    "technologies.csv": f"customer_id,technology\n{GONE},zapps\nstays,apps\n",
    "social_interactions.csv": f"customer_id,network,interaction_type,occurred_at\n{GONE},x,like,2026-01-01\nstays,x,like,2026-01-01\n",
    "customer_merges.csv": f"from_customer_id,to_customer_id\nzoe-old,{GONE}\nother-old,stays\n",
}
LEFT_OUT = {
    "accounts": 1, "campaign_events": 1, "contacts": 1, "customer_merges": 1, "customers": 1, "opportunities": 1, "order_items": 2,
    "orders": 1, "product_events": 1, "refunds": 1, "reviews": 1, "social_interactions": 1, "subscriptions": 1,
    "support_tickets": 1, "survey_responses": 1, "technologies": 1, "users": 1,
}  # fmt: skip
TRACES = (GONE, NAME, "zq@example.test", "zk@example.test", "zithers", "zapps", "zoe-old")


def suppress(warehouse: Warehouse, identifier: str) -> None:
    """Put an identifier on the list, as the command does."""
    hashes = Hashes(read_suppression(warehouse).secret, ())
    add_suppressed(warehouse, [Suppressed(ANY_CASE, hashes.of(identifier.lower()))])


def load(warehouse: Warehouse, folder: Path, **options):
    return load_folder(folder, warehouse, ROOT, **options)


def stored(warehouse: Warehouse) -> str:
    """Everything that can be read from the build file, by SQL and from its bytes."""
    with duckdb.connect(str(warehouse.build_file), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.\"' || table_name || '\"' from duckdb_columns() where not internal group by all"
        ).fetchall()
        texts = [repr(connection.execute(f"select * from {table}").fetchall()) for (table,) in tables]
    content = warehouse.build_file.read_bytes()
    return "\n".join([*texts, content.decode("latin-1"), content.decode("utf-16-le", errors="replace")])


def left_out(report) -> dict[str, int]:
    return {table.table_name: table.rows_erased for table in report.tables if table.rows_erased}


def as_parquet(folder: Path) -> None:
    """Every file of the folder as Parquet."""
    for path in folder.glob("*.csv"):
        duckdb.read_csv(str(path), all_varchar=True).write_parquet(str(path.with_suffix(".parquet")))
        path.unlink()


def test_references_are_learned_and_cover_those_that_the_models_know() -> None:
    learned = personal_references(read_contract(ROOT), ROOT)
    owners = {
        (table, reference.column, reference.parent)
        for table, references in learned.items()
        for reference in references
        if reference.is_owner
    }
    known = {
        (table, column, parent)
        for table, references in accepted_references(ROOT).items()
        for column, parent in references.items()
        if parent in ("customers", "orders")
    }
    assert len(known) >= 15
    assert known <= owners
    remarks = {
        (table, reference.column)
        for table, references in learned.items()
        for reference in references
        if not reference.is_owner
    }
    assert remarks == {
        ("accounts", "parent_customer_id"),
        ("campaign_events", "contact_id"),
        ("customers", "referred_by_customer_id"),
        ("orders", "contact_id"),
        ("product_events", "user_id"),
        ("support_tickets", "user_id"),
        ("users", "contact_id"),
    }


def test_every_table_that_names_customers_is_in_the_delivery_of_these_tests() -> None:
    learned = personal_references(read_contract(ROOT), ROOT)
    assert {f"{table}.csv" for table in learned} - {"erasure_requests.csv"} == set(DELIVERY)
    assert set(LEFT_OUT) == {name.removesuffix(".csv") for name in DELIVERY}


def test_identifiers_are_cleaned_as_staging_cleans_them() -> None:
    macro = (ROOT / "macros/cross_db/plain_text.sql").read_text()
    assert CLEANED_BLANKS in macro
    assert "[!-~]+( +[!-~]+)*" in macro


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rows_of_somebody_on_the_list_are_left_out_of_every_table(warehouse, deliver, rows_of, kind) -> None:
    folder = deliver(DELIVERY)
    if kind == "parquet":
        as_parquet(folder)
    suppress(warehouse, GONE)
    report = load(warehouse, folder)

    assert left_out(report) == LEFT_OUT
    assert {table: rows_of(f"select count(*) from raw.{table}")[0][0] for table in LEFT_OUT} == {
        table.table_name: table.rows_read - table.rows_erased for table in report.tables
    }
    text = stored(warehouse).lower()
    assert [trace for trace in TRACES if trace.lower() in text] == []
    # what belongs to somebody else stays, without the reference
    assert rows_of("select contact_id from raw.orders order by order_id") == [("K2",), ("erased",)]
    assert rows_of("select user_id from raw.product_events order by event_id") == [("U2",), ("erased",)]
    assert rows_of("select parent_customer_id from raw.accounts") == [("erased",)]
    assert rows_of("select referred_by_customer_id from raw.customers") == [("erased",)]
    assert rows_of("select contact_id from raw.users order by user_id") == [("K2",), ("erased",)]
    assert sum(LEFT_OUT.values()) == 18
    assert report.notices[-1].startswith("18 rows of customers who were erased are left out: accounts 1, ")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_without_a_list_everybody_is_there(warehouse, deliver, kind) -> None:
    folder = deliver(DELIVERY)
    if kind == "parquet":
        as_parquet(folder)
    assert left_out(load(warehouse, folder)) == {}
    text = stored(warehouse)
    assert [trace for trace in TRACES if trace not in text] == []


def test_findings_count_the_rows_and_lead_nowhere(warehouse, deliver, rows_of) -> None:
    suppress(warehouse, GONE)
    load(warehouse, deliver(DELIVERY))
    found = rows_of(
        "select input_table, count(*), min(line_number), max(reason) from raw.loader_findings where rule_id = 'customer_erased' group by 1 order by 1"
    )
    assert found == [(table, count, 1, None) for table, count in sorted(LEFT_OUT.items())]


def test_a_parquet_file_of_others_stays_where_it_lies(warehouse, deliver, rows_of) -> None:
    folder = deliver(DELIVERY)
    as_parquet(folder)
    suppress(warehouse, GONE)
    load(warehouse, folder)
    views = {row[0] for row in rows_of("select view_name from duckdb_views() where schema_name = 'raw'")}
    assert {"technologies", "order_items", "subscriptions", "reviews"} <= views
    assert {"customers", "orders", "users", "accounts", "product_events"}.isdisjoint(
        views
    )  # a reference was taken out


@pytest.mark.parametrize(
    "written",
    [
        "Zoë", "ZOË", " zoë ", "Zoe\u0308", "\u00a0ZOE\u0308\u200b",
    ],
)  # fmt: skip
def test_no_spelling_comes_back(warehouse, deliver, rows_of, written) -> None:
    suppress(warehouse, unicodedata.normalize("NFC", "Zoë"))
    customers = f"customer_id,customer_name\n{written},{NAME}\nstays,Ann\n"
    orders = "order_id,customer_id,ordered_at,net_amount\n1,ZOË,2026-01-05,1\n2,stays,2026-01-05,1\n"
    report = load(warehouse, deliver({"customers.csv": customers, "orders.csv": orders}))
    assert left_out(report) == {"customers": 1, "orders": 1}
    assert rows_of("select customer_id from raw.customers") == [("stays",)]


def test_numbers_are_identifiers_too(warehouse, deliver, rows_of) -> None:
    suppress(warehouse, "17")
    files = {
        "customers.parquet": "select unnest([17, 18]) as customer_id",
        "orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,17,2026-01-05,1\n2,18,2026-01-05,1\n3,171,2026-01-05,1\n",
    }
    assert left_out(load(warehouse, deliver(files))) == {"customers": 1, "orders": 1}
    assert rows_of("select customer_id from raw.orders order by 1") == [("171",), ("18",)]


def test_a_twin_in_another_letter_case_stays(warehouse, deliver, rows_of) -> None:
    customers = "customer_id\n001aB\n001Ab\nstays\n"
    orders = "order_id,customer_id,ordered_at,net_amount\n1,001aB,2026-01-05,1\n2,001Ab,2026-01-05,1\n"
    requests = "customer_id\n001aB\n"
    files = {"customers.csv": customers, "orders.csv": orders, "erasure_requests.csv": requests}
    assert left_out(load(warehouse, deliver(files))) == {"customers": 1, "orders": 1}
    assert rows_of("select customer_id from raw.customers order by 1") == [("001Ab",), ("stays",)]


def test_an_address_has_no_twin(warehouse, deliver) -> None:
    customers = "customer_id\nZoe@Example.test\nzoe@example.test\nstays\n"
    files = {
        "customers.csv": customers,
        "orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,stays,2026-01-05,1\n",
        "erasure_requests.csv": "customer_id\nzoe@example.TEST\n",
    }
    assert left_out(load(warehouse, deliver(files))) == {"customers": 2}


MERGED = {
    "customers.csv": "customer_id\na\nb\nc\nd\nstays\n",
    "orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,stays,2026-01-05,1\n",
    # c was merged into a by mistake, and into d later; a and b are one
    "customer_merges.csv": "from_customer_id,to_customer_id,updated_at\nc,d,2026-02-01\na,b,2026-01-01\nc,a,2026-01-01\n",
}


@pytest.mark.parametrize(
    ("asked", "stay"), [("a", ["c", "d", "stays"]), ("b", ["c", "d", "stays"]), ("d", ["a", "b", "stays"])]
)
def test_merged_identifiers_go_along_whatever_the_direction(warehouse, deliver, rows_of, asked, stay) -> None:
    load(warehouse, deliver({**MERGED, "erasure_requests.csv": f"customer_id\n{asked}\n"}))
    assert rows_of("select customer_id from raw.customers order by 1") == [(name,) for name in stay]


@pytest.mark.parametrize("asked", ["ring 1", "ring 2", "tail", "link 0", "link 20", "link 40"])
def test_circles_and_long_chains_of_merges_go_along(warehouse, deliver, rows_of, asked) -> None:
    """Each of them is said to be the same person as the next, so that is who asked, whichever was named."""
    ring = {"tail": "ring 0", **{f"ring {number}": f"ring {(number + 1) % 3}" for number in range(3)}}
    chain = {f"link {number}": f"link {number + 1}" for number in range(40)}
    merges = "".join(f"{old},{new}\n" for old, new in {**ring, **chain}.items())
    files = {
        "customers.csv": "customer_id\nstays\nlink 40\n" + "".join(f"{name}\n" for name in {**ring, **chain}),
        "orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,stays,2026-01-05,1\n",
        "customer_merges.csv": f"from_customer_id,to_customer_id\n{merges}",
        "erasure_requests.csv": f"customer_id\n{asked}\n",
    }
    load(warehouse, deliver(files))
    others = {*chain, "link 40"} if asked in ring else set(ring)
    assert rows_of("select customer_id from raw.customers order by 1") == [
        (name,) for name in sorted({"stays", *others})
    ]


GUESTS = {
    "customers.csv": "customer_id,status,email,created_at\nknown,customer,A@example.test,2025-01-01\nguest,Guest Checkout,a@example.test,2025-02-01\n"
    "colleague,customer,a@example.test,2025-03-01\nstays,customer,,2025-01-01\n",
    "orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,stays,2026-01-05,1\n",
}


@pytest.mark.parametrize(
    ("joined", "asked", "stay"),
    [
        ("joined", "known", ["colleague", "stays"]),
        ("joined", "guest", ["colleague", "stays"]),
        ("joined", "colleague", ["guest", "known", "stays"]),
        ("apart", "known", ["colleague", "guest", "stays"]),
    ],
)
def test_guests_go_along_where_they_are_joined(
    warehouse, deliver, rows_of, tmp_path, joined, asked, stay
) -> None:
    project = tmp_path / "own"
    for name in ("models", "macros", "seeds"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).symlink_to(ROOT / name)
    settings = (ROOT / "dbt_project.yml").read_text()
    changed = re.sub(r"guests_by_email: \w+", f"guests_by_email: {joined}", settings)
    (project / "dbt_project.yml").write_text(changed)
    load_folder(deliver({**GUESTS, "erasure_requests.csv": f"customer_id\n{asked}\n"}), warehouse, project)
    assert rows_of("select customer_id from raw.customers order by 1") == [(name,) for name in stay]


def test_requests_stay_and_are_counted_without_a_name(warehouse, deliver, rows_of) -> None:
    requests = f"customer_id,requested_at\n{GONE},2026-01-01\nnobody@example.test,2026-01-01\n,2026-01-01\n"
    report = load(warehouse, deliver({**DELIVERY, "erasure_requests.csv": requests}))
    assert left_out(report) == LEFT_OUT
    digits = {row[0] for row in rows_of("select customer_id from raw.erasure_requests")}
    assert all(text is None or re.fullmatch("[0-9a-f]{64}", text) for text in digits)
    assert len(digits) == 3
    assert "nobody@example" not in stored(warehouse)
    # the load alone keeps nothing: that is for a refresh that is published
    assert not warehouse.suppression_file.exists()
    assert len(report.erased.new) == 3  # and zoe-old, who was merged


def test_a_build_file_that_held_the_person_begins_anew(warehouse, deliver, rows_of) -> None:
    load(warehouse, deliver(DELIVERY))
    assert GONE in stored(warehouse)
    with warehouse.connect_build() as connection:
        connection.execute(f"create schema marts; create table marts.old as select '{GONE}' as customer_id")
    load(warehouse, deliver({"erasure_requests.csv": f"customer_id\n{GONE}\n"}))
    text = stored(warehouse).lower()
    assert [trace for trace in TRACES if trace.lower() in text] == []
    assert warehouse.build_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in warehouse.folder.glob("build*")] == ["build.duckdb"]
    assert rows_of("select count(*) from raw.customers") == [(1,)]


def test_a_refused_load_leaves_the_old_build_file(warehouse, deliver, rows_of) -> None:
    load(warehouse, deliver(DELIVERY))
    before = rows_of("select * from raw.customers order by all")
    bad = {"erasure_requests.csv": f"customer_id\n{GONE}\n", "orders.csv": "order_id\n1\n"}
    with pytest.raises(Exception, match="which the table 'orders' requires"):
        load(warehouse, deliver(bad))
    assert rows_of("select * from raw.customers order by all") == before
    assert [path.name for path in warehouse.folder.glob("build*")] == ["build.duckdb"]


def test_a_table_of_erased_customers_only_is_not_empty_as_delivered(warehouse, deliver, rows_of) -> None:
    suppress(warehouse, GONE)
    reviews = f"customer_id,rating,reviewed_at\n{GONE},5,2026-01-01\n"
    load(warehouse, deliver({**DELIVERY, "reviews.csv": reviews}))
    assert rows_of("select count(*) from raw.reviews") == [(0,)]


def test_an_order_that_two_customers_claim_keeps_its_items(warehouse, deliver, rows_of) -> None:
    suppress(warehouse, GONE)
    orders = f"order_id,customer_id,ordered_at,net_amount\nO1,{GONE},2026-01-05,1\nO1,stays,2026-01-05,1\n"
    load(warehouse, deliver({**DELIVERY, "orders.csv": orders}))
    assert rows_of("select count(*) from raw.order_items where order_id = 'O1'") == [(2,)]


def test_what_names_nobody_else_goes_with_device_and_respondent(warehouse, deliver, rows_of) -> None:
    suppress(warehouse, GONE)
    events = (
        "event_id,user_id,anonymous_id,event_name,occurred_at\n"
        "E1,U1,phone,opened,2026-01-01\nE2,,phone,opened,2026-01-01\nE3,U1,shared,opened,2026-01-01\n"
        "E4,,shared,opened,2026-01-01\nE5,U2,shared,opened,2026-01-01\nE6,,other,opened,2026-01-01\nE7,,,opened,2026-01-01\n"
    )
    answers = (
        "respondent_id,customer_id,question_key,answer,answered_at\n"
        f"A1,{GONE},hobbies,zithers,2026-01-01\nA1,,nps,9,2026-01-01\nA2,,nps,8,2026-01-01\n"
    )
    load(warehouse, deliver({**DELIVERY, "product_events.csv": events, "survey_responses.csv": answers}))
    assert rows_of("select event_id from raw.product_events order by 1") == [
        ("E4",),
        ("E5",),
        ("E6",),
        ("E7",),
    ]
    assert rows_of("select answer from raw.survey_responses") == [("8",)]


NUMBERED = {
    "customers.parquet": "select range as customer_id from range(1, 200)",
    "orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,17,2026-01-05,1\n2,18,2026-01-05,1\n",
}


def test_the_hash_of_a_request_is_not_taken_for_an_identifier_that_is_written_unlike(
    warehouse, deliver
) -> None:
    requests = "customer_id\n" + "".join(f"{number}\n" for number in range(1, 60))
    report = load(warehouse, deliver({**NUMBERED, "erasure_requests.csv": requests}))
    assert left_out(report)["customers"] == 59
    assert not [notice for notice in report.notices if "differ from an identifier" in notice]


def test_requests_that_are_written_unlike_are_refused_as_before(warehouse, deliver) -> None:
    with pytest.raises(DataRefused, match=r"erasure_requests\.csv customer_id: 2 of 2 values"):
        load(warehouse, deliver({**NUMBERED, "erasure_requests.csv": "customer_id\n0017\nC-18\n"}))


def test_a_mapping_leaves_out_too(warehouse, tmp_path, deliver, rows_of) -> None:
    suppress(warehouse, "Acme")
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "accounts.csv").write_text(
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\nAcme,technology,1996,1100.04,2822,United States,\nBeta,retail,1996,1100.04,2822,Kenya,Acme\n"
    )
    (folder / "products.csv").write_text("product,series,sales_price\nGTX,GTX,55\n")
    (folder / "sales_pipeline.csv").write_text(
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n1C,Moses,GTX,Acme,Won,2016-10-20,2017-03-01,1054\n2C,Moses,GTX,Beta,Won,2016-10-20,2017-03-01,1054\n"
    )
    (folder / "sales_teams.csv").write_text("sales_agent,manager,regional_office\nMoses,Dustin,Central\n")
    report = load_folder(folder, warehouse, ROOT, adapter="crm_sales_opportunities")
    assert {table: count for table, count in left_out(report).items() if count} != {}
    assert left_out(report)["customers"] == 1
    assert "Acme" not in stored(warehouse)


def test_a_published_hash_on_the_list_is_enough(warehouse, deliver) -> None:
    secret = read_suppression(warehouse).secret
    add_suppressed(warehouse, [Suppressed(PUBLISHED, hashed(GONE, secret).removeprefix("hashed_"))])
    report = load(warehouse, deliver(DELIVERY))
    assert left_out(report) == LEFT_OUT
    assert {entry.kind for entry in report.erased.new} == {ANY_CASE}


def test_the_list_says_nothing_that_can_be_read(warehouse) -> None:
    suppress(warehouse, GONE)
    path = warehouse.suppression_file
    assert path.stat().st_mode & 0o777 == 0o600
    content = json.loads(path.read_text())
    ((kind, digits, day),) = content["identifiers"]
    assert kind == ANY_CASE
    assert re.fullmatch("[0-9a-f]{64}", digits)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
    assert "zoe" not in path.read_text().lower()


def truncate(warehouse: Warehouse) -> None:
    path = warehouse.suppression_file
    path.write_text(path.read_text()[:-40])


def lose_a_line(warehouse: Warehouse) -> None:
    content = json.loads(warehouse.suppression_file.read_text())
    content["identifiers"].pop()
    warehouse.suppression_file.write_text(json.dumps(content))


def empty(warehouse: Warehouse) -> None:
    warehouse.suppression_file.write_text("")


def lose_the_secret(warehouse: Warehouse) -> None:
    warehouse.secret_file.unlink()


def take_another_secret(warehouse: Warehouse) -> None:
    warehouse.secret_file.write_text("ab" * 32)


def make_it_a_folder(warehouse: Warehouse) -> None:
    warehouse.suppression_file.unlink()
    warehouse.suppression_file.mkdir()


def test_a_list_that_is_gone_is_missed(warehouse, deliver) -> None:
    write_state(warehouse, {"run_id": "r1"})
    suppress(warehouse, GONE)
    warehouse.suppression_file.unlink()
    with pytest.raises(EnvironmentFault, match="is missing, and the 1 identifiers on it would be published"):
        load(warehouse, deliver(DELIVERY))


@pytest.mark.parametrize(
    "damage", [truncate, lose_a_line, empty, lose_the_secret, take_another_secret, make_it_a_folder]
)
def test_a_damaged_list_or_a_lost_secret_stops_a_load(warehouse, deliver, damage) -> None:
    suppress(warehouse, GONE)
    suppress(warehouse, "another")
    damage(warehouse)
    with pytest.raises(EnvironmentFault, match="restore"):
        load(warehouse, deliver(DELIVERY))
    assert not warehouse.build_file.exists()
    if damage is lose_the_secret:
        assert not warehouse.secret_file.exists()
