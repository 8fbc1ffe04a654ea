{# What the project does with each input table, once, in the order of the contract. (What a table delivers stands in
   models/staging/_staging__contract_*.yml; dbt hides that while it parses and from unit tests.)
   key: the columns that identify a row, as staging cleans them.
   columns: what staging keeps, because a later model reads it; a new reader adds the name here, and nowhere else.
   references: column -> input table; a value must point to an accepted row of it.
   currency, currency_date: the amounts need the rate of this currency on this day.
   In expressions the row is `staged` and a referenced table stands by its own name. #}
{% macro input_rules() %}
    {{- return({
        'customers': {
            'key': ['customer_id'],
            'columns': [
                'customer_id', 'customer_type', 'customer_name', 'status', 'customer_state', 'email_key', 'acquisition_source', 'first_touch_source',
                'referred_by_customer_id', 'birth_date', 'age_band', 'gender', 'annual_income', 'income_band', 'occupation', 'education',
                'employment_status', 'employer', 'marital_status', 'household_size', 'children_count', 'marketing_consent', 'health_data_consent',
                'country_code', 'unknown_country_code', 'region', 'city', 'district', 'settlement_type', 'created_date',
            ],
        },
        'accounts': {
            'key': ['customer_id'],
            'columns': [
                'customer_id', 'parent_customer_id', 'industry', 'naics_code', 'employee_count', 'annual_revenue',
                'annual_ad_spend', 'organization_type', 'headquarters_country_code',
                'unknown_headquarters_country_code', 'founded_year', 'procurement_model',
            ],
            'references': {'customer_id': 'customers'},
        },
        'contacts': {
            'key': ['contact_id'],
            'columns': ['contact_id', 'customer_id', 'job_title', 'department', 'responsibilities', 'seniority', 'is_decision_maker'],
            'references': {'customer_id': 'customers'},
        },
        'users': {
            'key': ['user_id'],
            'columns': ['user_id', 'contact_id', 'customer_id', 'signed_up_date', 'trial_started_date', 'trial_ended_date'],
            'references': {'customer_id': 'customers'},
        },
        'orders': {
            'key': ['order_id'],
            'columns': [
                'order_id', 'customer_id', 'contact_id', 'ordered_at', 'ordered_date', 'order_state', 'counts_as_sale',
                'channel', 'store_id', 'currency_code', 'gross_amount', 'discount_amount', 'shipping_amount', 'tax_amount',
                'net_amount', 'is_free_shipping', 'coupon_code', 'ship_to_country_code', 'requested_delivery_date', 'is_gift',
            ],
            'references': {'customer_id': 'customers'},
            'currency': 'staged.currency_code',
            'currency_date': 'staged.ordered_date',
        },
        'order_items': {
            'key': ['order_id', 'line_number'],
            'columns': ['order_id', 'product_id', 'quantity', 'unit_price', 'net_amount'],
            'references': {'order_id': 'orders'},
        },
        'stores': {'key': ['store_id'], 'columns': ['store_id', 'store_kind']},
        'refunds': {
            'key': ['refund_id'],
            'columns': [
                'refund_id', 'order_id', 'customer_id', 'named_customer_id', 'amount', 'tax_amount', 'shipping_amount', 'currency_code', 'refunded_date',
            ],
            'references': {'order_id': 'orders', 'customer_id': 'customers'},
            'rules': {'another_currency': 'orders.order_id is not null and staged.currency_code <> coalesce(orders.currency_code, reporting.reporting_currency_code)'},
            'currency': '(case when staged.order_id is null then staged.currency_code end)',
            'currency_date': 'staged.refunded_date',
        },
        'products': {
            'key': ['product_id'],
            'columns': [
                'product_id', 'product_name', 'category', 'department', 'is_accessibility_feature', 'is_for_body', 'is_for_surroundings', 'use_case',
            ],
        },
        'subscriptions': {
            'key': ['subscription_id'],
            'columns': [
                'subscription_id', 'customer_id', 'plan', 'plan_tier', 'billing_interval', 'mrr_amount',
                'currency_code', 'started_date', 'ended_date', 'cancellation_reason', 'unpaid_kind',
            ],
            'references': {'customer_id': 'customers'},
            'currency': 'staged.currency_code',
            'currency_date': 'staged.started_date',
        },
        'product_events': {
            'key': ['event_id'],
            'columns': [
                'user_id', 'customer_id', 'event_name', 'occurred_at', 'occurred_date', 'page_path', 'duration_seconds',
                'device_type', 'device_model', 'operating_system', 'browser', 'app_version',
            ],
            'references': {'customer_id': 'customers'},
        },
        'technologies': {
            'key': ['customer_id', 'technology', 'source'],
            'columns': ['customer_id', 'technology', 'category', 'source', 'first_seen_date', 'last_seen_date'],
            'references': {'customer_id': 'customers'},
        },
        'campaigns': {'key': ['campaign_id'], 'columns': ['campaign_id', 'channel', 'kind']},
        'campaign_events': {
            'key': ['event_id'],
            'columns': ['contact_id', 'customer_id', 'campaign_id', 'event_type', 'occurred_date', 'device_type', 'operating_system'],
            'references': {'customer_id': 'customers'},
        },
        'social_interactions': {
            'key': ['customer_id', 'network', 'interaction_type', 'occurred_at'],
            'columns': ['customer_id', 'occurred_date'],
            'references': {'customer_id': 'customers'},
        },
        'support_tickets': {
            'key': ['ticket_id'],
            'columns': ['customer_id', 'user_id', 'channel', 'satisfaction_score', 'opened_date', 'closed_date'],
            'references': {'customer_id': 'customers'},
        },
        'reviews': {
            'key': ['customer_id', 'product_id', 'reviewed_at'],
            'columns': ['customer_id', 'rating', 'reviewed_date'],
            'references': {'customer_id': 'customers'},
        },
        'survey_responses': {
            'key': ['respondent_id', 'customer_id', 'question_key', 'answered_at', 'answer'],
            'personal_key': ['answer'],
            'columns': ['customer_id', 'question_key', 'answer', 'answered_date'],
            'references': {'customer_id': 'customers'},
        },
        'opportunities': {
            'key': ['opportunity_id'],
            'columns': ['opportunity_id', 'customer_id', 'stage', 'is_won', 'currency_code', 'created_date', 'stage_entered_date', 'closed_date', 'use_case', 'urgency', 'needed_by_date'],
            'references': {'customer_id': 'customers'},
            'currency': 'staged.currency_code',
            'currency_date': 'coalesce(staged.created_date, staged.closed_date)',
        },
        'exchange_rates': {'key': ['currency_code', 'rate_date'], 'columns': ['currency_code', 'rate_date', 'rate_to_reporting']},
        'erasure_requests': {'key': ['customer_id'], 'columns': ['customer_id']},
        'customer_merges': {'key': ['from_customer_id'], 'columns': ['from_customer_id', 'to_customer_id']},
    }) -}}
{% endmacro %}
