{# One input table, read by its contract (the columns of the calling model's YAML):
   - an absent table is a typed empty relation, an absent optional column a typed null;
   - text is cleaned, everything else is cast without ever failing;
   - problem_rule_id, problem_detail: why the row cannot be used at all (null: usable so far);
   - unreadable_values_count: optional values that could not be read and became null. #}
{% macro input_table() %}
{%- if not execute %}select 1 as parsed_only from {{ source('raw', model.name | replace('input_', '', 1)) }}{% else -%}
{%- set table = model.name | replace('input_', '', 1) -%}
{%- set contract = input_contract(table) -%}
{%- set relation = source('raw', table) -%}
{%- set is_declared = table in input_tables() -%}
{%- set found = declared_raw_columns(relation, table, contract) if is_declared else {} -%}
{%- set types = {'bigint': 'whole number', 'timestamp': 'timestamp', 'date': 'date', 'boolean': 'yes or no', 'double': 'number'} -%}
with

plain_values as (
    select
        {%- for column in contract %}
        {% if column.name in found -%}
            {%- if found[column.name].is_text -%}
                {{ plain_text(found[column.name].quoted) }}
            {%- else -%}
                {{ found[column.name].quoted }}
            {%- endif -%}
        {%- else -%}
            cast(null as {{ column.data_type }})
        {%- endif %} as {{ column.name }},
        {%- endfor %}
        {% if 'rejection_reason' in found %}cast(rejection_reason as {{ dbt.type_string() }}){% else %}cast(null as {{ dbt.type_string() }}){% endif %} as rejection_reason
    {%- if is_declared %}
    from {{ relation }}
    {%- else %}
    from (select 1 as nothing) as absent_table
    where 1 = 0
    {%- endif %}
),

raw_values as (
    select
        {%- for column in contract %}
        {% if column.name in found and found[column.name].is_text %}{{ null_without_text(column.name, column) }} as {% endif %}{{ column.name }},
        {%- endfor %}
        rejection_reason
    from plain_values
),

typed_values as (
    select
        {%- for column in contract %}
        {% if column.data_type == 'string' -%}
            cast(raw_values.{{ column.name }} as {{ dbt.type_string() }})
        {%- elif column.name in found and found[column.name].is_typed -%}
            raw_values.{{ column.name }}
        {%- else -%}
            {{ try_cast('raw_values.' ~ column.name, column.data_type) }}
        {%- endif %} as {{ column.name }},
        {%- endfor %}
        {%- for column in contract if column.data_type != 'string' and column.name in found %}
        raw_values.{{ column.name }} as raw_{{ column.name }},
        {%- endfor %}
        raw_values.rejection_reason
    from raw_values
)

select
    {%- for column in contract %}
    {{ column.name }},
    {%- endfor %}
    case
        {%- for column in contract if column.required and column.data_type != 'string' and column.name in found %}
        when {{ column.name }} is null and raw_{{ column.name }} is not null then 'unreadable_value'
        {%- endfor %}
        {%- for column in contract if column.strict and column.data_type != 'string' and column.name in found %}
        when {{ column.name }} is null and raw_{{ column.name }} is not null then 'unreadable_value'
        {%- endfor %}
        {%- for column in contract if column.required %}
        when {{ column.name }} is null then 'missing_value'
        {%- endfor %}
        when rejection_reason is not null then 'rejected_by_source'
    end as problem_rule_id,
    case
        {%- for column in contract if (column.required or column.strict) and column.data_type != 'string' and column.name in found %}
        when {{ column.name }} is null and raw_{{ column.name }} is not null
            then concat('{{ column.name }} is not a {{ types.get(column.data_type, "decimal number") }}: ', {% if column.pii %}'(personal value not shown)'{% else %}cast(raw_{{ column.name }} as {{ dbt.type_string() }}){% endif %})
        {%- endfor %}
        {%- for column in contract if column.required %}
        when {{ column.name }} is null then '{{ column.name }} is missing'
        {%- endfor %}
        else rejection_reason
    end as problem_detail,
    0
    {%- for column in contract if not column.required and not column.strict and column.data_type != 'string' and column.name in found %}
    + case when {{ column.name }} is null and raw_{{ column.name }} is not null then 1 else 0 end
    {%- endfor %} as unreadable_values_count
from typed_values
{%- endif %}
{% endmacro %}
