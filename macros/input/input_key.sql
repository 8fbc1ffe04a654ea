{# The columns that identify a row of an input table, from its contract. #}
{% macro input_key(table) %}
    {%- set config = graph.nodes['model.' ~ project_name ~ '.input_' ~ table].config -%}
    {{ return(config.get('meta', {}).get('key', [])) }}
{% endmacro %}
