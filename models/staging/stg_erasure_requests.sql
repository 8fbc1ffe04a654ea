with

erasure_requests as (
    select * from {{ ref('input_erasure_requests') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ input_columns('erasure_requests', replaced=['requested_at']) }}
        {{ possible_date('erasure_requests.requested_at') }} as requested_at,
        {{ local_date(possible_date('erasure_requests.requested_at')) }} as requested_date,
        erasure_requests.problem_rule_id,
        erasure_requests.problem_detail,
        erasure_requests.unreadable_values_count
    from erasure_requests
),

{{ checked_rows(
    'erasure_requests',
    derived=['requested_date'],
    keep='requested_at nulls first',
) }}

select * from checked_rows
