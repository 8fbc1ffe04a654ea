{# Why a row cannot be used (problem_rule_id, problem_detail) and how many of its optional values could not be read. #}
{% macro read_problems(contract, found) -%}
{%- set names = {'bigint': 'whole number', 'timestamp': 'timestamp', 'date': 'date', 'boolean': 'yes or no', 'double': 'number'} -%}
{%- set casted = contract | rejectattr('data_type', 'equalto', 'string') | selectattr('name', 'in', found) | list -%}
{%- set needed = casted | selectattr('required') | list + casted | selectattr('strict') | rejectattr('required') | list -%}
case
            {%- for column in needed %}
            when {{ column.name }} is null and raw_{{ column.name }} is not null then 'unreadable_value'
            {%- endfor %}
            {%- for column in contract if column.required %}
            when {{ column.name }} is null then 'missing_value'
            {%- endfor %}
            when rejection_reason is not null then 'rejected_by_source'
        end as problem_rule_id,
        case
            {%- for column in casted if column.required or column.strict %}
            when {{ column.name }} is null and raw_{{ column.name }} is not null
                then concat('{{ column.name }} is not a {{ names.get(column.data_type, "decimal number") }}: ', {% if column.pii %}'(personal value not shown)'{% else %}cast(raw_{{ column.name }} as {{ dbt.type_string() }}){% endif %})
            {%- endfor %}
            {%- for column in contract if column.required %}
            when {{ column.name }} is null then '{{ column.name }} is missing'
            {%- endfor %}
            else rejection_reason
        end as problem_detail,
        0
        {%- for column in casted if not column.required and not column.strict %}
        + case when {{ column.name }} is null and raw_{{ column.name }} is not null then 1 else 0 end
        {%- endfor %} as unreadable_values_count
{%- endmacro %}
