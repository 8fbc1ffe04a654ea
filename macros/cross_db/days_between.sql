{# Whole days from one date to a later one (dates, not timestamps, so there is nothing to round). #}
{% macro days_between(earlier, later) -%}
    {{ adapter.dispatch('days_between', 'customer_segmentation')(earlier, later) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    {{ dbt.datediff(earlier, later, 'day') }}
{%- endmacro %}

{# Without the detour over timestamps. #}
{% macro duckdb__days_between(earlier, later) -%}
    ({{ later }} - {{ earlier }})
{%- endmacro %}
