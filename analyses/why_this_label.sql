-- every label of one customer that says something here, explained, with the label that comes next; put an id of yours in place of
-- the first customer
select
    assignments.scheme,
    assignments.segment,
    assignments.explanation,
    assignments.next_segment,
    assignments.distance_to_next
from {{ ref('customer_segment_assignments') }} as assignments
inner join {{ ref('scheme_usage') }} as usage
    on assignments.scheme = usage.scheme
    and usage.is_in_use
where assignments.customer_id = (select min(customer_id) from {{ ref('customer_segments') }})
order by assignments.scheme
