{# A column in the contract's type; `found` says what the raw table has of it (none: nothing, so a typed null). #}
{% macro typed_value(column, found) -%}
    {%- set data_type = dbt.type_string() if column.data_type == 'string' else column.data_type -%}
    {%- if not found -%}
        cast(null as {{ data_type }})
    {%- elif column.data_type == 'string' or found.is_typed -%}
        cast({{ column.name }} as {{ data_type }})
    {%- else -%}
        {{ try_cast(column.name, column.data_type) }}
    {%- endif -%}
{%- endmacro %}
