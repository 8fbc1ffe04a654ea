{# CTEs that end in `marked_rows`: the rows of a raw table as they lie there but for their key, which is cleaned, and
   is_repeated: whether another row has the same `source_key`. #}
{% macro marked_rows(relation, columns, source_key, found) -%}
source_rows as {{ inlined_cte() }}(
    select
        {%- for column in columns %}
        {% if found[column.name].is_text and column in source_key %}{{ plain_text(found[column.name].quoted) }}{% else %}{{ found[column.name].quoted }}{% endif %} as {{ column.name }},
        {%- endfor %}
        cast({{ 'rejection_reason' if 'rejection_reason' in found else 'null' }} as {{ dbt.type_string() }}) as rejection_reason,
        {{ row_position(relation, found) }} as row_position
    from {{ relation }}
),

cleaned_keys as {{ inlined_cte() }}(
    select
        {%- for column in columns %}
        {% if found[column.name].is_text and column in source_key %}{{ null_without_text(column.name, column) }} as {% endif %}{{ column.name }},
        {%- endfor %}
        rejection_reason,
        row_position
    from source_rows
),

keyed_rows as {{ inlined_cte() }}(
    select
        cleaned_keys.*,
        {% set texts = [] -%}
        {%- for column in source_key %}{% do texts.append(typed_value(column, found[column.name]) if column.data_type == 'string' else 'cast(' ~ typed_value(column, found[column.name]) ~ ' as ' ~ dbt.type_string() ~ ')') %}{% endfor -%}
        {{ joined_key(texts) }} as source_key
    from cleaned_keys
),

repeated_keys as (
    select source_key
    from keyed_rows
    group by source_key
    having count(*) > 1
),

marked_rows as {{ inlined_cte() }}(
    select
        keyed_rows.*,
        repeated_keys.source_key is not null as is_repeated
    from keyed_rows
    left join repeated_keys
        on keyed_rows.source_key = repeated_keys.source_key
)
{%- endmacro %}
