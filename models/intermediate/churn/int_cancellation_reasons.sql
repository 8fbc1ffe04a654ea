-- one row per reason for cancelling as companies write it: the category whose pattern fits first, null where none fits
with

stated as (
    select cancellation_reason
    from {{ ref('int_subscriptions_accepted') }}
    where cancellation_reason is not null
    group by cancellation_reason
),

fitting as (
    select
        stated.cancellation_reason,
        patterns.reason_category,
        row_number() over (partition by stated.cancellation_reason order by patterns.priority) as choice
    from stated
    inner join {{ ref('cancellation_reasons') }} as patterns
        on stated.cancellation_reason like patterns.pattern
)

select
    cancellation_reason,
    reason_category
from fitting
where choice = 1
