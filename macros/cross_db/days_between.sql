{# Whole days from one date to a later one (dates, not timestamps, so there is nothing to round). #}
{% macro days_between(earlier, later) -%}
    {{ dbt.datediff(earlier, later, 'day') }}
{%- endmacro %}
