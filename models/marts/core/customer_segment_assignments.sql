-- one row per customer and scheme, explained; the nearer of the rule's two bounds is the threshold
with

labels as (
    select
        labels.*,
        case
            when lower_bound is null or upper_bound - deciding_value < deciding_value - lower_bound then upper_bound
            else lower_bound
        end as threshold_value
    from {{ ref('segment_labels') }} as labels
    where is_current
)

select
    customer_id,
    scheme,
    as_of_date,
    segment,
    rule_id,
    cast(rule_version as {{ dbt.type_int() }}) as rule_version,
    deciding_measure,
    deciding_value,
    deciding_text,
    threshold_value,
    abs(threshold_value - deciding_value) as distance_to_next
from labels
