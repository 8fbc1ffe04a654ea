{{ config(severity='warn', tags=['guarded_by_refresh']) }}
-- a refresh refuses this (the guards); plain dbt and an installing project have no guard, so it is said. Repeats of a kept row are no loss
select
    reconciliation.input_table,
    reconciliation.rows_read,
    count(rejected.row_key) as rows_rejected,
    min(rejected.reason) as example_reason
from {{ ref('input_reconciliation') }} as reconciliation
cross join ({{ settings('guard', ['largest_rejected_ratio']) }}) as guard
inner join {{ ref('rejected_rows') }} as rejected
    on reconciliation.input_table = rejected.input_table
    and rejected.rule_id not in ('exact_duplicate', 'conflicting_duplicate')
group by reconciliation.input_table, reconciliation.rows_read, guard.largest_rejected_ratio
having count(rejected.row_key) > guard.largest_rejected_ratio * reconciliation.rows_read
