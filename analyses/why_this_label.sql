-- every label of one customer that says something here, with the rule that gave it; put an id of yours in place of the first customer
select
    assignments.scheme,
    assignments.segment,
    rules.description as rule,
    assignments.deciding_measure,
    assignments.deciding_text,
    assignments.threshold_value,
    assignments.distance_to_next
from {{ ref('customer_segment_assignments') }} as assignments
inner join {{ ref('segment_rules') }} as rules
    on assignments.rule_id = rules.rule_id
inner join {{ ref('scheme_usage') }} as usage
    on assignments.scheme = usage.scheme
    and usage.is_in_use
where assignments.customer_id = (select min(customer_id) from {{ ref('customer_segments') }})
order by assignments.scheme
