{# The last day of the month that lies n months before a date's month. #}
{% macro last_day_months_before(date_column, months) -%}
    cast({{ dbt.last_day(dbt.dateadd('month', -months, date_column), 'month') }} as date)
{%- endmacro %}
