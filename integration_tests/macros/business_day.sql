{# The shop closes at four in the morning: what is sold before belongs to the day before. Both macros stand for those of the package. #}
{% macro default__local_date(timestamp_utc, zone) -%}
    cast({{ timestamp_utc }} - interval 4 hour as date)
{%- endmacro %}

{% macro default__start_of_day(day, zone) -%}
    cast({{ day }} as timestamp) + interval 4 hour
{%- endmacro %}
