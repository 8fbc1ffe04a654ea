-- one row per customer and scheme, explained in the rule's words and by what comes next; the nearer of the rule's two bounds is
-- the threshold
with

labels as (
    select
        labels.*,
        coalesce(lower_bound is null or upper_bound - deciding_value < deciding_value - lower_bound, false) as is_upper_nearer
    from {{ ref('segment_labels') }} as labels
    where is_current
)

select
    labels.customer_id,
    labels.scheme,
    labels.as_of_date,
    labels.segment,
    labels.rule_id,
    cast(labels.rule_version as {{ dbt.type_int() }}) as rule_version,
    labels.deciding_measure,
    labels.deciding_value,
    labels.deciding_text,
    labels.lower_bound,
    labels.upper_bound,
    case when labels.is_upper_nearer then labels.upper_bound else labels.lower_bound end as threshold_value,
    abs(case when labels.is_upper_nearer then labels.upper_bound else labels.lower_bound end - labels.deciding_value) as distance_to_next,
    case when labels.is_upper_nearer then labels.upper_segment else labels.lower_segment end as next_segment,
    labels.lower_segment,
    labels.upper_segment,
    {{ explanation('rules.description', 'labels') }} as explanation
from labels
inner join {{ ref('segment_rules') }} as rules
    on labels.rule_id = rules.rule_id
