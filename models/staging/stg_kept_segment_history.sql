-- the segment history that the refresh before kept in the warehouse folder; empty where there was none, or dbt runs alone
{% set relation = source('raw', 'kept_segment_history') -%}
select
    cast(customer_id as {{ dbt.type_string() }}) as customer_id,
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(rule_id as {{ dbt.type_string() }}) as rule_id,
    cast(rule_version as {{ dbt.type_int() }}) as rule_version,
    cast(valid_from_date as date) as valid_from_date,
    cast(valid_to_date as date) as valid_to_date,
    cast(newest_as_of_date as date) as newest_as_of_date
{%- if execute and model.resource_type == 'model' and not load_relation(relation) %}
from (
    select
        null as customer_id, null as scheme, null as segment, null as rule_id, null as rule_version, null as valid_from_date,
        null as valid_to_date, null as newest_as_of_date
) as absent_table
where 1 = 0
{%- else %}
from {{ relation }}
{%- endif %}
