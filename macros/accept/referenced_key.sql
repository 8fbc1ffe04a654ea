{# The one key column of a table that others refer to. #}
{% macro referenced_key(table) %}
    {{- return((input_key(table) if execute else ['parsed_only'])[0]) -}}
{% endmacro %}
