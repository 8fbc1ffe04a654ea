{# The CTE of an input table that the company does not have: typed and empty. #}
{% macro absent_rows(table, contract) -%}
{{ table }} as (
    select
        {%- for column in contract %}
        {{ typed_value(column, none) }} as {{ column.name }},
        {%- endfor %}
        cast(null as {{ dbt.type_string() }}) as problem_rule_id,
        cast(null as {{ dbt.type_string() }}) as problem_detail,
        0 as unreadable_values_count,
        0 as row_position,
        false as is_repeated
    from (select 1 as nothing) as absent_table
    where 1 = 0
)
{%- endmacro %}
