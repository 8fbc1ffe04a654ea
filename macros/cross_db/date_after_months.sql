{# The date n months after a date; the last day of a month where that month has no such day. #}
{% macro date_after_months(date_column, months) -%}
    cast({{ dbt.dateadd('month', months, date_column) }} as date)
{%- endmacro %}
