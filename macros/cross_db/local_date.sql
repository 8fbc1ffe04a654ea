{# The day, in the reporting time zone, of a UTC timestamp. #}
{% macro local_date(timestamp_utc) %}
    {%- set zone = deployment_setting('reporting_time_zone') -%}
    {{- return(adapter.dispatch('local_date', 'customer_segmentation')(timestamp_utc, zone)) -}}
{% endmacro %}

{% macro default__local_date(timestamp_utc, zone) -%}
    {%- if zone == 'UTC' -%}
        cast({{ timestamp_utc }} as date)
    {%- else -%}
        cast(from_utc_timestamp({{ timestamp_utc }}, '{{ zone }}') as date)
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__local_date(timestamp_utc, zone) -%}
    {%- if zone == 'UTC' -%}
        cast({{ timestamp_utc }} as date)
    {%- else -%}
        {#- the last days that the type can hold have no clock in the zones east of them #}
        try(cast(timezone('{{ zone }}', timezone('UTC', {{ timestamp_utc }})) as date))
    {%- endif -%}
{%- endmacro %}
