"""The canonical input tables as the example company writes them: names, columns, Parquet types.

Two optional columns go beyond the required set: `opportunities.product_id` and `refunds.customer_id`.
`LABEL` columns are dictionary-coded while they are built; in the file they are plain text.
"""

from __future__ import annotations

import pyarrow as pa

from customer_segmentation.example.columns import MONEY

TEXT = pa.string()
LABEL = pa.dictionary(pa.int32(), pa.string())
TIME = pa.timestamp("us")
DATE = pa.date32()
FLAG = pa.bool_()
WHOLE = pa.int32()
FLOAT = pa.float64()

TABLES: dict[str, dict[str, pa.DataType]] = {
    "customers": {
        "customer_id": TEXT, "customer_type": LABEL, "customer_name": TEXT, "email": TEXT, "created_at": TIME,
        "status": LABEL, "acquisition_source": LABEL, "first_touch_source": LABEL,
        "referred_by_customer_id": LABEL, "country_code": LABEL, "region": LABEL, "city": LABEL,
        "district": LABEL, "postal_code": TEXT, "birth_date": DATE, "age_band": LABEL, "gender": LABEL,
        "annual_income": MONEY, "income_band": LABEL, "occupation": LABEL, "education": LABEL,
        "employment_status": LABEL, "employer": LABEL, "marital_status": LABEL, "household_size": WHOLE,
        "children_count": WHOLE, "home_ownership": LABEL, "marketing_consent": FLAG,
        "health_data_consent": FLAG,
    },
    "accounts": {
        "customer_id": LABEL, "parent_customer_id": LABEL, "industry": LABEL, "naics_code": LABEL,
        "employee_count": WHOLE, "annual_revenue": MONEY, "annual_ad_spend": MONEY,
        "organization_type": LABEL, "headquarters_country_code": LABEL, "founded_year": WHOLE,
        "procurement_model": LABEL,
    },
    "contacts": {
        "contact_id": TEXT, "customer_id": LABEL, "email": TEXT, "job_title": LABEL, "department": LABEL,
        "responsibilities": LABEL, "seniority": LABEL, "is_decision_maker": FLAG,
    },
    "users": {
        "user_id": TEXT, "contact_id": LABEL, "customer_id": LABEL, "signed_up_at": TIME,
        "trial_started_at": TIME, "trial_ended_at": TIME,
    },
    "orders": {
        "order_id": TEXT, "customer_id": LABEL, "contact_id": LABEL, "ordered_at": TIME, "status": LABEL,
        "channel": LABEL, "store_id": LABEL, "ship_to_country_code": LABEL, "currency_code": LABEL,
        "gross_amount": MONEY, "discount_amount": MONEY, "shipping_amount": MONEY, "tax_amount": MONEY,
        "net_amount": MONEY, "is_free_shipping": FLAG, "coupon_code": LABEL, "requested_delivery_at": TIME,
        "is_gift": FLAG,
    },
    "order_items": {
        "order_id": LABEL, "line_number": WHOLE, "product_id": LABEL, "quantity": WHOLE, "unit_price": MONEY,
        "discount_amount": MONEY, "net_amount": MONEY,
    },
    "stores": {
        "store_id": TEXT, "store_kind": LABEL, "country_code": LABEL, "region": LABEL, "city": LABEL,
    },
    "refunds": {
        "refund_id": TEXT, "order_id": TEXT, "refunded_at": TIME, "amount": MONEY, "reason": LABEL,
        "customer_id": LABEL,
    },
    "products": {
        "product_id": TEXT, "product_name": TEXT, "category": LABEL, "department": LABEL, "brand": LABEL,
        "is_accessibility_feature": FLAG, "is_for_body": FLAG, "is_for_surroundings": FLAG, "use_case": LABEL,
    },
    "subscriptions": {
        "subscription_id": TEXT, "customer_id": LABEL, "plan": LABEL, "plan_tier": LABEL,
        "billing_interval": LABEL, "seats": WHOLE, "mrr_amount": MONEY, "currency_code": LABEL,
        "started_at": TIME, "ended_at": TIME, "cancellation_reason": LABEL,
    },
    "product_events": {
        "event_id": TEXT, "user_id": LABEL, "anonymous_id": LABEL, "customer_id": LABEL, "event_name": LABEL,
        "occurred_at": TIME, "device_type": LABEL, "device_model": LABEL, "operating_system": LABEL,
        "browser": LABEL, "app_version": LABEL, "page_path": LABEL, "duration_seconds": WHOLE,
    },
    "technologies": {
        "customer_id": LABEL, "technology": LABEL, "category": LABEL, "source": LABEL, "first_seen_at": TIME,
        "last_seen_at": TIME,
    },
    "campaigns": {
        "campaign_id": TEXT, "channel": LABEL, "kind": LABEL, "cost_amount": MONEY, "experiment_arm": LABEL,
    },
    "campaign_events": {
        "contact_id": LABEL, "customer_id": LABEL, "campaign_id": LABEL, "event_type": LABEL,
        "occurred_at": TIME, "device_type": LABEL, "operating_system": LABEL,
    },
    "social_interactions": {
        "customer_id": LABEL, "network": LABEL, "interaction_type": LABEL, "occurred_at": TIME,
    },
    "support_tickets": {
        "ticket_id": TEXT, "customer_id": LABEL, "user_id": LABEL, "opened_at": TIME, "closed_at": TIME,
        "channel": LABEL, "topic": LABEL, "satisfaction_score": WHOLE,
    },
    "reviews": {"customer_id": LABEL, "product_id": LABEL, "rating": WHOLE, "reviewed_at": TIME},
    "survey_responses": {
        "respondent_id": TEXT, "customer_id": LABEL, "question_key": LABEL, "answer": LABEL,
        "answered_at": TIME,
    },
    "opportunities": {
        "opportunity_id": TEXT, "customer_id": LABEL, "stage": LABEL, "amount": MONEY, "currency_code": LABEL,
        "created_at": TIME, "stage_entered_at": TIME, "closed_at": TIME, "is_won": FLAG, "use_case": LABEL,
        "urgency": LABEL, "needed_by_date": DATE, "product_id": LABEL,
    },
    "exchange_rates": {"currency_code": LABEL, "rate_date": DATE, "rate_to_reporting": FLOAT},
    "erasure_requests": {"customer_id": TEXT, "requested_at": TIME},
    "customer_merges": {"from_customer_id": TEXT, "to_customer_id": TEXT},
}  # fmt: skip

# what identifies a row, also in `truth/dirt.parquet` (several columns joined by " / ")
ROW_KEYS: dict[str, tuple[str, ...]] = {
    "customers": ("customer_id",),
    "accounts": ("customer_id",),
    "contacts": ("contact_id",),
    "users": ("user_id",),
    "orders": ("order_id",),
    "order_items": ("order_id", "line_number"),
    "refunds": ("refund_id",),
    "products": ("product_id",),
    "subscriptions": ("subscription_id",),
    "product_events": ("event_id",),
    "support_tickets": ("ticket_id",),
    "opportunities": ("opportunity_id",),
}


def schema_of(table: str) -> pa.Schema:
    """Types while building, with dictionary-coded labels."""
    return pa.schema(list(TABLES[table].items()))


def plain_schema_of(table: str) -> pa.Schema:
    """Types as they are in the file."""
    return pa.schema([(name, TEXT if kind == LABEL else kind) for name, kind in TABLES[table].items()])
