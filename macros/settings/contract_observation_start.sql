{# The first day of which the company knows the ended contracts too, as an aggregate over subscriptions: first_start (since
   the first contract: nothing is missing), first_end (since the first end there is), or a date. #}
{% macro contract_observation_start(started_date, ended_date) %}
    {%- set value = pattern_setting('contract_observation_start', 'first_start|first_end|\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])',
        'first_start, first_end or a date such as 2024-01-01 (days 29 to 31: take the first of the next month)') -%}
    {{- return({
        'first_start': 'min(' ~ started_date ~ ')',
        'first_end': 'min(' ~ ended_date ~ ')',
    }.get(value, "cast('" ~ value ~ "' as date)")) -}}
{% endmacro %}
