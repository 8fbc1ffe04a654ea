{# The rows of a judged table that passed. #}
{% macro accepted_rows(table) -%}
select
    {%- for column in (adapter.get_columns_in_relation(ref('int_' ~ table ~ '_judged')) if execute else [])
        if column.name not in ['row_key', 'rejection_rule_id', 'rejection_detail'] %}
    {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('int_' ~ table ~ '_judged') }}
where rejection_rule_id is null
{%- endmacro %}
