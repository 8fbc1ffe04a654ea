{# How many periods of n months have passed from one date to another, 0 at least: the largest k for which k periods
   after the earlier date is no later than the later one. #}
{% macro whole_periods_between(earlier, later, months_per_period) -%}
    {%- set months -%}
        ((extract(year from {{ later }}) - extract(year from {{ earlier }})) * 12 + extract(month from {{ later }}) - extract(month from {{ earlier }}))
    {%- endset -%}
    cast(greatest(floor(({{ months }} - case when {{ date_after_months(earlier, months) }} > {{ later }} then 1 else 0 end)
        / {{ double_literal(months_per_period) }}), 0) as {{ dbt.type_int() }})
{%- endmacro %}
