{# The moment (UTC) at which a day of the reporting time zone begins; where clocks skip midnight, the first moment after it. #}
{% macro start_of_day(day) %}
    {%- set zone = deployment_setting('reporting_time_zone') -%}
    {{- return(adapter.dispatch('start_of_day', 'customer_segmentation')(day, zone)) -}}
{% endmacro %}

{% macro default__start_of_day(day, zone) -%}
    {%- if zone == 'UTC' -%}
        cast({{ day }} as timestamp)
    {%- else -%}
        to_utc_timestamp(cast({{ day }} as timestamp), '{{ zone }}')
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__start_of_day(day, zone) -%}
    {%- if zone == 'UTC' -%}
        try_cast({{ day }} as timestamp)
    {%- else -%}
        {#- a date can be later than any timestamp #}
        try(timezone('UTC', timezone('{{ zone }}', cast({{ day }} as timestamp))))
    {%- endif -%}
{%- endmacro %}
