{# A timestamp or date no system of customers can mean: the epoch day and everything before, year 2200 and after. #}
{% macro is_impossible_date(column) -%}
    {{ column }} < cast('1970-01-02' as date) or {{ column }} >= cast('2200-01-01' as date)
{%- endmacro %}
