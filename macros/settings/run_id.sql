{# Which run made a row: the run's own id where the refresh command gives one, else dbt's invocation id. #}
{% macro run_id() %}
    {{- return(pattern_setting('run_id', 'dbt|[A-Za-z0-9_-]{1,64}', 'letters, digits, - and _') if var('run_id') != 'dbt' else invocation_id) -}}
{% endmacro %}
