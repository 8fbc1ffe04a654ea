{# The accepted rows of a table: its model where several read it, else the judgement itself, so that a table that one
   model reads, or none, costs no model of its own. #}
{% macro accepted_relation(table) -%}
    {%- if table in [
        'customers', 'orders', 'order_items', 'refunds', 'products', 'subscriptions', 'campaign_events',
    ] -%}
    {{ ref('int_' ~ table ~ '_accepted') }}
    {%- else -%}
    (
        {{ accepted_rows(table, with_row_key=true) | indent(4) }}
    )
    {%- endif -%}
{%- endmacro %}
