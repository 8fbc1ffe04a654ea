-- what the loader says of single columns, where there is something to say; empty where the tables did not come from files
{% set relation = source('raw', 'column_readings') -%}
select
    cast(input_table as {{ dbt.type_string() }}) as input_table,
    cast(column_name as {{ dbt.type_string() }}) as column_name,
    cast(convention as {{ dbt.type_string() }}) as convention,
    cast(values_given as {{ dbt.type_bigint() }}) as values_given,
    cast(values_unreadable as {{ dbt.type_bigint() }}) as values_unreadable,
    cast(references_unlike as {{ dbt.type_bigint() }}) as references_unlike
{%- if execute and load_relation(relation) %}
from {{ relation }}
{%- else %}
from (
    select null as input_table, null as column_name, null as convention, 0 as values_given, 0 as values_unreadable, 0 as references_unlike
) as absent_table
where 1 = 0
{%- endif %}
