{# The first day of which the company knows the ended contracts too, as an aggregate over subscriptions: first_start (since
   the first contract: nothing is missing), first_end (since the first end there is), or a date. #}
{% macro contract_observation_start(started_date, ended_date) %}
    {%- set value = deployment_setting('contract_observation_start') -%}
    {{- return({
        'first_start': 'min(' ~ started_date ~ ')',
        'first_end': 'min(' ~ ended_date ~ ')',
    }.get(value, "cast('" ~ value ~ "' as date)")) -}}
{% endmacro %}
