"""Who has bought, who never did and of whom nobody knows: random orders and subscriptions against an oracle in Python."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.compiled_sql import CompiledSql, compile_models

pytestmark = pytest.mark.warehouse

AS_OF = date(2026, 6, 30)
MADE = (  # in the order of the way from staging to the relationship
    *("int_orders_accepted", "int_orders_valued", "int_refunds_valued", "int_customer_purchase_days"),
    *("int_customer_recent_purchases_as_of", "int_customer_purchases_as_of", "int_subscriptions_accepted"),
    *("int_contract_rows", "int_customer_contracts_as_of", "int_customers_as_of"),
)
TEXT = "varchar"
DELIVERED = {
    "customers": "customer_id,created_at\nC,2025-01-01\n",
    "orders": "order_id,customer_id,ordered_at,status,net_amount\n1,C,2026-01-01,paid,1\n",
    "subscriptions": "subscription_id,customer_id,status,started_at,ended_at,mrr_amount\n1,C,active,2026-01-01,,1\n",
}
BOUGHT, REJECTED, NOTHING = "bought", "unknown", "never_bought"
# what a row says of its customer by 30 June 2026, and the row: day, status, amount
ORDERS = [
    (BOUGHT, "2026-05-01", "paid", "10"),
    (BOUGHT, "2026-06-30", "refunded", "10"),
    (NOTHING, "2026-07-01", "paid", "10"),
    (NOTHING, "2026-05-01", "cancelled", "10"),
    (NOTHING, "2026-05-01", "pending", "10"),
    (NOTHING, "2026-05-01", "test", "10"),
    (NOTHING, "2026-05-01", "paid", "-10"),
    (REJECTED, "2026-05-01", "paid", "ten"),
    (REJECTED, "2026-05-01", "teleported", "10"),
    (REJECTED, "2026-06-30", "paid", "99999999999"),
    (REJECTED, "9999-12-31", "paid", "10"),
    (REJECTED, "1900-01-01", "paid", "10"),
    (REJECTED, "soon", "paid", "10"),
    (REJECTED, None, "paid", "10"),
    (NOTHING, "2026-07-01", "teleported", "10"),
]
# day of start, day of end, status, amount
SUBSCRIPTIONS = [
    (BOUGHT, "2026-05-01", None, "active", "10"),
    (BOUGHT, "2025-05-01", "2026-02-01", None, "10"),
    (NOTHING, "2026-07-01", None, "active", "10"),
    (NOTHING, "2026-05-01", None, "active", "0"),
    (NOTHING, "2026-05-01", None, "trialing", "10"),
    (NOTHING, "2026-05-01", "2026-05-01", None, "10"),
    (REJECTED, "2026-05-01", None, "active", "ten"),
    (REJECTED, "2026-05-01", None, "teleported", "10"),
    (REJECTED, "2026-05-01", "2026-04-01", None, "10"),
    (REJECTED, "2026-05-01", None, None, "-10"),
    (REJECTED, "2026-05-01", None, "cancelled", "10"),
    (REJECTED, "9999-12-31", None, "active", "10"),
    (REJECTED, "soon", None, "active", "10"),
    (NOTHING, "2026-07-01", None, "teleported", "10"),
]


@pytest.fixture(scope="module")
def sql(make_once):
    def fill(folder):
        delivered = folder / "input"
        delivered.mkdir()
        for table, text in DELIVERED.items():
            (delivered / f"{table}.csv").write_text(text)
        models = ("stg_orders", "stg_subscriptions", *MADE, "int_customer_relationships_as_of")
        compile_models(folder / "warehouse", delivered, models)

    engine = CompiledSql(make_once("unknown_buyers", fill) / "warehouse")
    for seed in (
        *("order_statuses", "subscription_statuses", "billing_intervals", "billing_interval_months"),
        *("cancellation_reasons", "order_channels", "settings", "rejection_rules"),
    ):
        engine.seed(seed)
    engine.give("intermediate.int_declared_tables", {"table_name": TEXT, "is_declared": "boolean"},
                [{"table_name": name, "is_declared": name in DELIVERED} for name in (*DELIVERED, "refunds", "users")])  # fmt: skip
    engine.give("intermediate.int_as_of_dates", {"as_of_date": "date", "is_current": "boolean"},
                [{"as_of_date": AS_OF, "is_current": True}])  # fmt: skip
    engine.give("intermediate.int_reporting_currency", {"reporting_currency_code": TEXT},
                [{"reporting_currency_code": "USD"}])  # fmt: skip
    verdict = {"row_key": TEXT, "rejection_rule_id": TEXT, "rejection_detail": TEXT}
    amounts = dict.fromkeys(("amount", "tax_amount", "shipping_amount"), "decimal(18,4)")
    refund = {
        "refund_id": TEXT,
        "order_id": TEXT,
        "customer_id": TEXT,
        "named_customer_id": TEXT,
        "currency_code": TEXT,
        "refunded_date": "date",
        **amounts,
    }
    nothing = {
        "staging.stg_refunds": {**refund, **verdict},
        "staging.stg_users": {"user_id": TEXT, "contact_id": TEXT, "customer_id": TEXT, "signed_up_date": "date",
                              "trial_started_date": "date", "trial_ended_date": "date", **verdict},
        "intermediate.int_refunds_accepted": {**refund, "rate_to_reporting": "decimal(18,8)"},
        "intermediate.int_order_items_accepted": {"order_id": TEXT, "product_id": TEXT, "quantity": "decimal(18,4)"},
        "intermediate.int_exchange_rates_daily": {"currency_code": TEXT, "rate_date": "date",
                                                  "rate_to_reporting": "decimal(18,8)"},
        "intermediate.int_customer_identities": {"from_customer_id": TEXT, "to_customer_id": TEXT},
        "intermediate.int_customer_activity_days": {"customer_id": TEXT, "activity_date": "date"},
        "intermediate.int_customer_rhythm_as_of": {"customer_id": TEXT, "as_of_date": "date",
                                                   "usual_gap_days": "double", "overdue_ratio": "double", "lapse_ratio": "double", "last_gap_ratio": "double"},
    }  # fmt: skip
    for relation, types in nothing.items():
        engine.give(relation, types, [])
    return engine


facts = st.lists(st.sampled_from(ORDERS) | st.sampled_from(SUBSCRIPTIONS), max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.lists(facts, min_size=1, max_size=8))
def test_unknown_is_who_may_have_bought_and_nobody_can_tell(sql, drawn):
    orders, subscriptions, expected = [], [], {}
    for number, of_a_customer in enumerate(drawn):
        customer_id = f"C{number}"
        said = {fact[0] for fact in of_a_customer}
        expected[customer_id] = BOUGHT if BOUGHT in said else REJECTED if REJECTED in said else NOTHING
        for fact in of_a_customer:
            if len(fact) == len(ORDERS[0]):
                _, day, status, amount = fact
                orders.append(
                    {
                        "order_id": f"O{len(orders)}",
                        "customer_id": customer_id,
                        "ordered_at": day,
                        "status": status,
                        "net_amount": amount,
                    }
                )
            else:
                _, start, end, status, amount = fact
                subscriptions.append(
                    {
                        "subscription_id": f"S{len(subscriptions)}",
                        "customer_id": customer_id,
                        "status": status,
                        "started_at": start,
                        "ended_at": end,
                        "mrr_amount": amount,
                    }
                )
    for table, rows in (("orders", orders), ("subscriptions", subscriptions)):
        sql.give(f"raw.{table}", dict.fromkeys(DELIVERED[table].split("\n")[0].split(","), TEXT), rows)
        sql.make(f"stg_{table}", "staging")
    sql.give("intermediate.int_customers_accepted", {"customer_id": TEXT, "created_date": "date"},
             [{"customer_id": name, "created_date": date(2025, 1, 1)} for name in expected])  # fmt: skip
    for model in MADE:
        sql.make(model)
    found = {
        customer_id: BOUGHT if first_day else REJECTED if only_rejected else NOTHING
        for customer_id, first_day, only_rejected in sql.rows(
            "int_customer_relationships_as_of",
            "customer_id, first_purchase_date, has_only_rejected_purchases",
        )
    }
    assert found == expected
