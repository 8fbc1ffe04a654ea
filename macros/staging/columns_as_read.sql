{# The columns of an input table that the model takes as they were read, each followed by a comma: all but those it
   makes itself (`made`). Engines leave out what `checked_rows` does not keep, but for rows that may be duplicates. #}
{% macro columns_as_read(table, made=[]) -%}
    {%- if model.resource_type == 'unit_test' or not execute -%}
        {{ all_columns_but(table, made) }},
    {%- else -%}
        {%- for column in input_contract(table) if column.name not in made -%}
        {{ table }}.{{ column.name }},
        {% endfor -%}
    {%- endif -%}
{%- endmacro %}
