"""Random untidy facts against an oracle in plain Python: refunds, versions of a row, what is paid and from when."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.compiled_sql import CompiledSql, compile_models

pytestmark = pytest.mark.warehouse

AS_OF = date(2026, 6, 30)
MODELS = (
    "stg_orders",
    "int_orders_valued",
    "int_refunds_valued",
    "int_subscriptions_accepted",
    "int_contract_rows",
)
DELIVERED = {
    "customers": "customer_id\nC\n",
    "orders": "order_id,customer_id,ordered_at,status,net_amount,updated_at\n1,C,2026-01-01,paid,1,\n",
    "refunds": "refund_id,order_id,refunded_at,amount\n1,1,2026-01-02,1\n",
    "subscriptions": "subscription_id,customer_id,started_at,mrr_amount\n1,C,2026-01-01,1\n",
    "users": "user_id,customer_id\n1,C\n",
}
STATES = {
    "pending": "open",
    "paid": "completed",
    "refunded": "refunded",
    "partially_refunded": "partially_refunded",
    "cancelled": "cancelled",
}


@pytest.fixture(scope="module")
def sql(make_once):
    def fill(folder):
        delivered = folder / "input"
        delivered.mkdir()
        for table, text in DELIVERED.items():
            (delivered / f"{table}.csv").write_text(text)
        compile_models(folder / "warehouse", delivered, MODELS)

    engine = CompiledSql(make_once("untidy_facts", fill) / "warehouse")
    for seed in ("order_statuses", "settings", "billing_interval_months", "rejection_rules"):
        engine.seed(seed)
    engine.give("intermediate.int_declared_tables", {"table_name": "varchar", "is_declared": "boolean"},
                [{"table_name": name, "is_declared": True} for name in DELIVERED])  # fmt: skip
    engine.give("intermediate.int_as_of_dates", {"as_of_date": "date", "is_current": "boolean"},
                [{"as_of_date": AS_OF, "is_current": True}])  # fmt: skip
    engine.give("intermediate.int_reporting_currency", {"reporting_currency_code": "varchar"},
                [{"reporting_currency_code": "USD"}])  # fmt: skip
    engine.give("intermediate.int_exchange_rates_daily",
                {"currency_code": "varchar", "rate_date": "date", "rate_to_reporting": "decimal(18,8)"}, [])  # fmt: skip
    engine.give(
        "intermediate.int_customer_identities",
        {"from_customer_id": "varchar", "to_customer_id": "varchar"},
        [],
    )
    return engine


cents = st.integers(1, 50_000).map(lambda n: Fraction(n, 100))
some_cents = st.integers(0, 5_000).map(lambda n: Fraction(n, 100))
refunds = st.fixed_dictionaries(
    {
        "day": st.integers(0, 9),
        "amount": st.integers(-30_000, 60_000).map(lambda n: Fraction(n, 100)),
        "tax_amount": st.none() | some_cents,
        "shipping_amount": st.none() | some_cents,
    }
)
orders = st.fixed_dictionaries(
    {
        "net_amount": cents,
        "tax_amount": st.none() | some_cents,
        "shipping_amount": st.none() | some_cents,
        "rate": st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(9, 10), Fraction(3)]),
        "counts_as_sale": st.sampled_from([True, True, True, False]),
        "refunds": st.lists(refunds, max_size=5),
    }
)


def number(value):
    return None if value is None else float(value)


@settings(max_examples=200, deadline=None)
@given(st.lists(orders, min_size=1, max_size=4))
def test_refunds_take_goods_from_their_order_and_never_more(sql, drawn):
    order_rows, refund_rows, expected = [], [], {}
    for number_of_order, order in enumerate(drawn):
        order_id = f"O{number_of_order}"
        order_rows.append(
            {
                "order_id": order_id,
                "customer_id": "C",
                "order_state": "completed" if order["counts_as_sale"] else "cancelled",
                "counts_as_sale": order["counts_as_sale"],
                "ordered_date": date(2026, 1, 1),
                "net_amount": number(order["net_amount"]),
                "tax_amount": number(order["tax_amount"]),
                "shipping_amount": number(order["shipping_amount"]),
                "rate_to_reporting": number(order["rate"]),
            }
        )
        given_back = Fraction(0)
        paid = order["net_amount"] + (order["tax_amount"] or 0) + (order["shipping_amount"] or 0)
        for number_of_refund, refund in enumerate(order["refunds"]):
            refund_rows.append(
                {
                    "refund_id": f"{order_id}R{number_of_refund}",
                    "order_id": order_id,
                    "refunded_date": date(2026, 2, 1) + timedelta(refund["day"]),
                    **{name: number(refund[name]) for name in ("amount", "tax_amount", "shipping_amount")},
                }
            )
            if refund["tax_amount"] is None and refund["shipping_amount"] is None:
                given_back += refund["amount"] * order["net_amount"] / paid
            else:
                given_back += (
                    refund["amount"] - (refund["tax_amount"] or 0) - (refund["shipping_amount"] or 0)
                )
        if order["counts_as_sale"] and order["refunds"]:
            expected[order_id] = min(order["net_amount"], given_back) * order["rate"]
    amounts = {name: "decimal(18,4)" for name in ("net_amount", "tax_amount", "shipping_amount")}
    sql.give(
        "intermediate.int_orders_accepted",
        {"order_id": "varchar", "customer_id": "varchar", "order_state": "varchar", "counts_as_sale": "boolean",
         "ordered_date": "date", **amounts, "rate_to_reporting": "decimal(18,8)"},
        order_rows,
    )  # fmt: skip
    sql.give("intermediate.int_orders_valued", {"order_id": "varchar", "customer_id": "varchar", "ordered_date": "date",
             "net_amount": "decimal(18,4)", "order_state": "varchar"}, [])  # fmt: skip
    sql.give(
        "intermediate.int_refunds_accepted",
        {"refund_id": "varchar", "order_id": "varchar", "customer_id": "varchar", "refunded_date": "date",
         "amount": "decimal(18,4)", "tax_amount": "decimal(18,4)", "shipping_amount": "decimal(18,4)",
         "rate_to_reporting": "decimal(18,8)"},
        refund_rows,
    )  # fmt: skip
    found = {}
    for order_id, amount in sql.rows("int_refunds_valued", "order_id, refund_amount"):
        found[order_id] = found.get(order_id, 0) + Fraction(amount)
    assert found.keys() == expected.keys()
    for order_id, amount in expected.items():
        assert abs(found[order_id] - amount) <= Fraction(1, 1000)


versions = st.lists(
    st.fixed_dictionaries(
        {
            "order_id": st.sampled_from("AB"),
            "status": st.sampled_from(sorted(STATES)),
            "net_amount": st.integers(1, 4),
            "updated_at": st.none() | st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=200, deadline=None)
@given(versions)
def test_the_latest_version_of_a_row_counts(sql, drawn):
    sql.give(
        "raw.orders",
        dict.fromkeys(
            ("order_id", "customer_id", "ordered_at", "status", "net_amount", "updated_at"), "varchar"
        ),
        [
            {
                "order_id": row["order_id"],
                "customer_id": "C",
                "ordered_at": "2026-01-01 10:00:00",
                "status": row["status"],
                "net_amount": str(row["net_amount"]),
                "updated_at": None
                if row["updated_at"] is None
                else f"2026-02-0{row['updated_at'] + 1} 00:00:00",
            }
            for row in drawn
        ],
    )
    expected = {}
    for position, row in enumerate(drawn):
        state = STATES[row["status"]]
        known = row["updated_at"] is not None
        rank = (
            known,
            row["updated_at"] if known else 0,
            state != "open",
            state in ("refunded", "partially_refunded"),
            position,
        )
        best = expected.get(row["order_id"])
        if best is None or rank > best[0]:
            expected[row["order_id"]] = (rank, state, row["net_amount"])
    found = {
        order_id: (state, int(amount))
        for order_id, state, amount, rule in sql.rows(
            "stg_orders", "order_id, order_state, net_amount, rejection_rule_id"
        )
        if rule is None
    }
    assert found == {order_id: best[1:] for order_id, best in expected.items()}


subscriptions = st.lists(
    st.fixed_dictionaries(
        {
            "start": st.integers(0, 900),
            "days": st.none() | st.integers(0, 400),
            "mrr_amount": st.sampled_from([0, 0, 10, 25]),
            "plan": st.sampled_from(["pro", "pro", "trial"]),
        }
    ),
    min_size=1,
    max_size=4,
)
trials = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 30)), max_size=2)


@settings(max_examples=200, deadline=None)
@given(subscriptions, trials)
def test_paid_is_what_has_an_amount_and_lasts_a_day_after_the_trial(sql, drawn, tried):
    first = date(2024, 2, 1)
    rows = [
        {
            "subscription_id": f"S{number}",
            "customer_id": "C",
            "plan": row["plan"],
            "mrr_amount": row["mrr_amount"],
            "started_date": first + timedelta(row["start"]),
            "ended_date": None if row["days"] is None else first + timedelta(row["start"] + row["days"]),
        }
        for number, row in enumerate(drawn)
    ]
    users = [
        {
            "user_id": f"U{number}",
            "customer_id": "C",
            "trial_started_date": first + timedelta(start),
            "trial_ended_date": first + timedelta(start + days),
        }
        for number, (start, days) in enumerate(tried)
    ]
    priced = [row["started_date"] for row in rows if row["mrr_amount"] > 0]
    expected = {}
    for row in rows:
        paid_from = row["started_date"]
        ends = [
            user["trial_ended_date"]
            for user in users
            if row["started_date"] == min(priced, default=None)
            and user["trial_started_date"] <= row["started_date"] < user["trial_ended_date"]
        ]
        if row["mrr_amount"] == 0 or (row["plan"] == "trial" and not ends):
            continue
        paid_from = max(ends, default=paid_from)
        if paid_from <= AS_OF and (row["ended_date"] is None or row["ended_date"] > paid_from):
            expected[row["subscription_id"]] = paid_from
    text = "varchar"
    sql.give("staging.stg_subscriptions",
             {"subscription_id": text, "customer_id": text, "plan": text, "plan_tier": text, "billing_interval": text,
              "mrr_amount": "decimal(18,4)", "currency_code": text, "started_date": "date", "ended_date": "date",
              "cancellation_reason": text, "unpaid_kind": text,
              "row_key": text, "rejection_rule_id": text, "rejection_detail": text}, rows)  # fmt: skip
    sql.give("staging.stg_users", {"user_id": text, "contact_id": text, "customer_id": text, "signed_up_date": "date",
             "trial_started_date": "date", "trial_ended_date": "date", "row_key": text, "rejection_rule_id": text, "rejection_detail": text}, users)  # fmt: skip
    sql.give("intermediate.int_customers_accepted", {"customer_id": text}, [{"customer_id": "C"}])
    sql.make("int_subscriptions_accepted")
    assert dict(sql.rows("int_contract_rows", "subscription_id, started_date")) == expected
