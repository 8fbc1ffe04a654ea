{# One row with has_<table> for each of some input tables: whether the company has that table at all. #}
{% macro declared_flags(tables) -%}
    select
        {%- for table in tables %}
        max(case when table_name = '{{ table }}' and is_declared then 1 else 0 end) = 1 as has_{{ table }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_declared_tables') }}
{%- endmacro %}
