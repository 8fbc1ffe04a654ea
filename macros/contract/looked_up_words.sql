{# What a code list should have known: table, column, outcome, list (none: patterns) and its column, rule that rejects. #}
{% macro looked_up_words() %}
    {{ return([
    ('orders', 'status', 'rejected', 'order_statuses', 'status', 'unknown_order_status'),
    ('subscriptions', 'status', 'rejected', 'subscription_statuses', 'status', 'unknown_subscription_status'),
    ('subscriptions', 'billing_interval', 'without renewal dates', 'billing_intervals', 'spelling', none),
    ('subscriptions', 'plan_tier', 'of another tier', 'plan_tiers', 'spelling', none),
    ('orders', 'channel', 'in an unknown channel', 'order_channels', 'channel', none),
    ('customers', 'status', 'kept', 'customer_statuses', 'status', none),
    ('customers', 'unknown_country_code', 'of no known country', 'country_spellings', 'spelling', none),
    ('customers', 'settlement_type', 'of an unknown kind of settlement', 'settlement_types', 'spelling', none),
    ('customers', 'acquisition_source', 'of no known channel', 'acquisition_channels', 'spelling', none),
    ('customers', 'first_touch_source', 'of no known channel', 'acquisition_channels', 'spelling', none),
    ('technologies', 'category', 'of the category other', 'technology_categories', 'spelling', none),
    ('technologies', 'source', 'of no known source', 'technology_sources', 'spelling', none),
    ('stores', 'store_kind', 'of an unknown kind', 'store_kinds', 'store_kind', none),
    ('accounts', 'unknown_headquarters_country_code', 'of no known country', 'country_spellings', 'spelling', none),
    ('accounts', 'organization_type', 'of an unknown kind', 'organization_types', 'spelling', none),
    ('accounts', 'procurement_model', 'judged by who orders', 'procurement_models', 'spelling', none),
    ('campaign_events', 'event_type', 'counted for nothing', 'campaign_event_types', 'spelling', none),
    ('campaigns', 'channel', 'taken for no e-mail', 'campaign_channels', 'spelling', none),
    ('campaigns', 'kind', 'of the kind other', 'campaign_kinds', 'spelling', none),
    ('support_tickets', 'channel', 'taken for a talk with an agent', 'support_channels', 'spelling', none),
    ('opportunities', 'urgency', 'without an urgency', 'urgency_levels', 'spelling', none),
    ('opportunities', 'use_case', 'of the use case other', 'use_cases', 'spelling', none),
    ('products', 'use_case', 'of the use case other', 'use_cases', 'spelling', none),
    ('accounts', 'industry', 'of the sector of their NAICS code or none', none, none, none),
]) }}
{% endmacro %}
