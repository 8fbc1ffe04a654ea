{# The names of all input tables, in the order of the contract. #}
{% macro input_table_names() %}
    {{- return(input_rules().keys() | list) -}}
{% endmacro %}
