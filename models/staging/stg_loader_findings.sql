-- what the loader has to say: rows that it did not load (no rows, or of erased customers), and columns that were not written plainly, not
-- readable in every row, or refer to something by another spelling; empty where the tables did not come from files
{% set relation = source('raw', 'loader_findings') -%}
select
    cast(input_table as {{ dbt.type_string() }}) as input_table,
    cast(line_number as {{ dbt.type_bigint() }}) as line_number,
    cast(rule_id as {{ dbt.type_string() }}) as rule_id,
    cast(reason as {{ dbt.type_string() }}) as reason,
    cast(column_name as {{ dbt.type_string() }}) as column_name,
    cast(convention as {{ dbt.type_string() }}) as convention,
    cast(values_given as {{ dbt.type_bigint() }}) as values_given,
    cast(values_unreadable as {{ dbt.type_bigint() }}) as values_unreadable,
    cast(references_unlike as {{ dbt.type_bigint() }}) as references_unlike
{%- if execute and load_relation(relation) %}
from {{ relation }}
{%- else %}
from (
    select
        null as input_table, null as line_number, null as rule_id, null as reason, null as column_name, null as convention, null as values_given,
        null as values_unreadable, null as references_unlike
) as absent_table
where 1 = 0
{%- endif %}
