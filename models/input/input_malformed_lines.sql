-- lines of delivered files that are no rows at all; empty where the tables did not come from files
{% set relation = load_relation(source('raw', 'malformed_lines')) if execute -%}
{%- if relation -%}
select
    input_table,
    line_number,
    reason
from {{ source('raw', 'malformed_lines') }}
{%- else -%}
select
    cast(null as {{ dbt.type_string() }}) as input_table,
    cast(null as {{ dbt.type_bigint() }}) as line_number,
    cast(null as {{ dbt.type_string() }}) as reason
from (select 1 as nothing) as absent_table
where 1 = 0
{%- endif %}
