{# The schema that holds the raw tables. #}
{% macro raw_schema() %}
    {{- return(pattern_setting('raw_schema', '[A-Za-z_][A-Za-z0-9_]{0,62}', 'a plain schema name')) -}}
{% endmacro %}
