{# The columns of a staging table but for its verdict. #}
{% macro staged_columns(table) %}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(ref('stg_' ~ table)) -%}
            {%- if column.name not in ['row_key', 'rejection_rule_id', 'rejection_detail', 'unreadable_values_count'] -%}
                {%- do columns.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}
