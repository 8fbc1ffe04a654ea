{# The names of all input tables, in the order of the contract. #}
{% macro input_table_names() %}
    {{- return([
        'customers', 'accounts', 'contacts', 'users', 'orders', 'order_items', 'stores', 'refunds', 'products',
        'subscriptions', 'product_events', 'technologies', 'campaigns', 'campaign_events', 'social_interactions',
        'support_tickets', 'reviews', 'survey_responses', 'opportunities', 'exchange_rates', 'erasure_requests',
        'customer_merges',
    ]) -}}
{% endmacro %}
