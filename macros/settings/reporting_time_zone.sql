{# The time zone whose days are the days of every fact. #}
{% macro reporting_time_zone() %}
    {%- set zone = pattern_setting('reporting_time_zone', '[A-Za-z0-9_+/-]{1,64}', 'a time zone name such as UTC or Europe/Berlin') -%}
    {%- if zone not in modules.pytz.all_timezones_set -%}
        {{ exceptions.raise_compiler_error(
            "The setting 'reporting_time_zone' is '" ~ zone ~ "', which is no known time zone; use a name such as UTC or Europe/Berlin.") }}
    {%- endif -%}
    {{ return(zone) }}
{% endmacro %}
