-- on every as-of date the active customers, counted from the days themselves, are the new, current and resurrected ones
with

active as (
    select
        dates.as_of_date,
        count(distinct days.customer_id) as active_count
    from {{ ref('int_behavior_windows') }} as dates
    inner join {{ ref('int_customer_activity_days') }} as days
        on days.activity_date > dates.interval_before_date
        and days.activity_date <= dates.as_of_date
    group by dates.as_of_date
),

labelled as (
    select
        as_of_date,
        sum(case when activity_state_segment in ('new', 'current', 'resurrected') then 1 else 0 end) as labelled_count,
        sum(case when activity_state_segment = 'unknown' then 1 else 0 end) as unknown_count
    from {{ ref('customer_behavioral_spine') }}
    group by as_of_date
)

select
    labelled.as_of_date,
    labelled.labelled_count,
    active.active_count
from labelled
left join active
    on labelled.as_of_date = active.as_of_date
where labelled.unknown_count = 0
    and labelled.labelled_count <> coalesce(active.active_count, 0)
