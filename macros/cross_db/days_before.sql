{# The date that lies n days before a date. #}
{% macro days_before(date_column, days) -%}
    cast({{ dbt.dateadd('day', -days, date_column) }} as date)
{%- endmacro %}
