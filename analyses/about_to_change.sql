-- customers a few days from another lifecycle stage by the calendar alone: whom to contact this week
select
    assignments.customer_id,
    assignments.segment,
    assignments.next_segment,
    assignments.deciding_measure,
    assignments.deciding_value,
    assignments.threshold_value - assignments.deciding_value as days_left,
    lifetime_values.predicted_clv_amount
from {{ ref('customer_segment_assignments') }} as assignments
inner join {{ ref('customer_lifetime_values') }} as lifetime_values
    on assignments.customer_id = lifetime_values.customer_id
where assignments.scheme = 'lifecycle'
    and assignments.deciding_measure like 'days_%'
    and assignments.threshold_value - assignments.deciding_value between 0 and 7
order by lifetime_values.predicted_clv_amount desc nulls last, assignments.customer_id
