{% set made = ['requested_at'] -%}
with

{{ read_rows('erasure_requests', made) }},

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('erasure_requests', made) }}
        {{ possible_date('erasure_requests.requested_at') }} as requested_at,
        {{ local_date(possible_date('erasure_requests.requested_at')) }} as requested_date,
        erasure_requests.problem_rule_id,
        erasure_requests.problem_detail,
        erasure_requests.unreadable_values_count,
        erasure_requests.row_position,
        erasure_requests.is_repeated
    from erasure_requests
),

{{ checked_rows(
    'erasure_requests',
    keep='requested_at nulls first',
) }}

select * from checked_rows
