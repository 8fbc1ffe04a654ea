{# The contract columns of an input table, each followed by a comma, but for those the model writes itself. #}
{% macro input_columns(table, replaced=[]) -%}
    {%- for column in (input_contract(table) if execute else []) if column.name not in replaced -%}
        {{ table }}.{{ column.name }},
        {% endfor -%}
{%- endmacro %}
