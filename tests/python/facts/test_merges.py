"""Who a merged customer is now: random chains, circles and ids that nobody delivered, against an oracle in Python."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.compiled_sql import CompiledSql, compile_models

pytestmark = pytest.mark.warehouse

TEXT = "varchar"
DELIVERED = {
    "customers": "customer_id\nC\n",
    "orders": "order_id,customer_id,ordered_at,net_amount\n1,C,2026-01-01,1\n",
    "customer_merges": "from_customer_id,to_customer_id\nB,C\n",
}
LONG = 150  # merges in a row: a CRM that is cleaned every month has dozens after some years
IDS = [f"C{number}" for number in range(12)]


@pytest.fixture(scope="module")
def sql(make_once):
    def fill(folder):
        delivered = folder / "input"
        delivered.mkdir()
        for table, text in DELIVERED.items():
            (delivered / f"{table}.csv").write_text(text)
        compile_models(folder / "warehouse", delivered, ["int_customer_identities"])

    engine = CompiledSql(make_once("merges", fill) / "warehouse")
    customers = {name: TEXT for name in ("customer_id", "email_key", "customer_state", "rejection_rule_id")}
    engine.give("staging.stg_customers", {**customers, "created_date": "date"}, [])
    return engine


def survivor(customer, merges, delivered, erased):
    """The last known customer on the way to the end; in a circle the first by id of those who asked to be erased."""
    way, step = [], customer
    while step in merges and merges[step] not in way:
        step = merges[step]
        way.append(step)
    if step in merges:
        asked = [] if customer in erased else sorted(erased.intersection(way))
        return asked[0] if asked else None
    return next((step for step in reversed(way) if step in delivered | erased), None)


@settings(max_examples=150, deadline=None)
@given(
    merges=st.dictionaries(st.sampled_from(IDS), st.sampled_from(IDS), max_size=12),
    delivered=st.sets(st.sampled_from(IDS)),
    erased=st.sets(st.sampled_from(IDS), max_size=2),
)
@example({f"L{n}": f"L{n + 1}" for n in range(LONG)}, {f"L{n}" for n in range(LONG + 1)}, set())
@example({f"L{n}": f"L{n + 1}" for n in range(LONG)}, {"L0", "L1"}, {"L0"})
def test_merges_are_followed_to_the_last_customer_that_is_known(sql, merges, delivered, erased):
    merges = {old: new for old, new in merges.items() if old != new}
    pairs = [{"from_customer_id": old, "to_customer_id": new} for old, new in merges.items()]
    types = {
        name: TEXT
        for name in ("from_customer_id", "to_customer_id", "rejection_rule_id", "rejection_detail", "row_key")
    }
    sql.give(
        "staging.stg_customer_merges",
        types,
        [{**pair, "row_key": pair["from_customer_id"]} for pair in pairs],
    )
    sql.connection.execute("delete from staging.stg_customers")
    for customer in sorted(delivered):
        sql.connection.execute("insert into staging.stg_customers (customer_id) values (?)", [customer])
    requests = [{"customer_id": customer} for customer in sorted(erased)]
    sql.give("staging.stg_erasure_requests", {"customer_id": TEXT}, requests)
    found = sql.rows("int_customer_identities", "from_customer_id, to_customer_id")
    expected = {old: survivor(old, merges, delivered, erased) for old in merges}
    assert sorted(found) == sorted((old, now) for old, now in expected.items() if now)
