{# The hour (0 to 23), in the reporting time zone, of a UTC timestamp. #}
{% macro local_hour(timestamp_utc) %}
    {%- set zone = deployment_setting('reporting_time_zone') -%}
    {{- return(adapter.dispatch('local_hour', 'customer_segmentation')(timestamp_utc, zone)) -}}
{% endmacro %}

{% macro default__local_hour(timestamp_utc, zone) -%}
    {%- if zone == 'UTC' -%}
        extract(hour from {{ timestamp_utc }})
    {%- else -%}
        extract(hour from from_utc_timestamp({{ timestamp_utc }}, '{{ zone }}'))
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__local_hour(timestamp_utc, zone) -%}
    {%- if zone == 'UTC' -%}
        extract(hour from {{ timestamp_utc }})
    {%- else -%}
        extract(hour from timezone('{{ zone }}', timezone('UTC', {{ timestamp_utc }})))
    {%- endif -%}
{%- endmacro %}
