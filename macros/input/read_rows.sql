{# A CTE, named after an input table, with every row of it as the contract reads it; the CTEs before it are its steps:
   - an absent table is a typed empty relation, an absent optional column a typed null;
   - text is cleaned, everything else is cast without ever failing;
   - problem_rule_id, problem_detail: why the row cannot be used at all (null: usable so far);
   - unreadable_values_count: optional values that could not be read and became null;
   - row_position: where the row stands in what was delivered;
   - is_repeated: another row agrees in what the source gives of the key (without `made`, the columns that the model makes
     itself), so the two may be duplicates. Decided first and from the key alone, so that only these few rows
     are ever read in all their columns.
   A unit test gives rows that were read already; it takes none of these steps. #}
{% macro read_rows(table, made=[]) %}
{%- set relation = raw_relation(table) -%}
{%- if model.resource_type == 'unit_test' or not execute -%}
{{ table }} as (
    select
        given.*,
        cast(null as {{ dbt.type_string() }}) as problem_rule_id,
        cast(null as {{ dbt.type_string() }}) as problem_detail,
        0 as unreadable_values_count,
        0 as row_position,
        true as is_repeated
    from {{ relation }} as given
)
{%- else -%}
{%- set contract = input_contract(table) -%}
{%- if table not in input_tables() -%}
{{ absent_rows(table, contract) }}
{%- else -%}
{%- set found = declared_raw_columns(relation, table, contract) -%}
{%- set columns = contract | selectattr('name', 'in', found) | list -%}
{%- set source_key = contract | selectattr('name', 'in', input_rules()[table].key) | rejectattr('name', 'in', made) | selectattr('name', 'in', found) | list -%}
{{ marked_rows(relation, columns, source_key, found) }},

plain_values as {{ inlined_cte() }}(
    select
        {%- for column in columns %}
        {% if found[column.name].is_text and column not in source_key %}{{ plain_text(column.name) }} as {% endif %}{{ column.name }},
        {%- endfor %}
        rejection_reason,
        row_position,
        is_repeated
    from marked_rows
),

raw_values as {{ inlined_cte() }}(
    select
        {%- for column in columns %}
        {% if found[column.name].is_text and column not in source_key %}{{ null_without_text(column.name, column) }} as {% endif %}{{ column.name }},
        {%- endfor %}
        rejection_reason,
        row_position,
        is_repeated
    from plain_values
),

typed_values as {{ inlined_cte() }}(
    select
        {%- for column in contract %}
        {{ typed_value(column, found.get(column.name)) }} as {{ column.name }},
        {%- if column.data_type != 'string' and column.name in found %}
        {{ column.name }} as raw_{{ column.name }},
        {%- endif %}
        {%- endfor %}
        rejection_reason,
        row_position,
        is_repeated
    from raw_values
),

{{ table }} as {{ inlined_cte() }}(
    select
        {%- for column in contract %}
        {{ column.name }},
        {%- endfor %}
        {{ read_problems(contract, found) }},
        row_position,
        is_repeated
    from typed_values
)
{%- endif -%}
{%- endif -%}
{% endmacro %}
