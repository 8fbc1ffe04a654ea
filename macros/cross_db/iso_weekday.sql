{# The day of the week of a date, Monday 1 to Sunday 7: counted from a Monday, so every engine agrees. #}
{% macro iso_weekday(date_column) -%}
    ({{ days_between("cast('1900-01-01' as date)", date_column) }} % 7 + 1)
{%- endmacro %}
