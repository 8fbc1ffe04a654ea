-- lines of delivered files that are no rows at all; empty where the tables did not come from files
{% set relation = source('raw', 'malformed_lines') -%}
select
    cast(input_table as {{ dbt.type_string() }}) as input_table,
    cast(line_number as {{ dbt.type_bigint() }}) as line_number,
    cast(reason as {{ dbt.type_string() }}) as reason
{%- if execute and load_relation(relation) %}
from {{ relation }}
{%- else %}
from (select null as input_table, null as line_number, null as reason) as absent_table
where 1 = 0
{%- endif %}
