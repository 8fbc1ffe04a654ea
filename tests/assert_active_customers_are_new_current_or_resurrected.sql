-- on every as-of date the active customers, counted from the days themselves, are the new, current and resurrected ones
with

settings as (
    {{ settings('behavior', ['activity_interval_days']) }}
),

active as (
    select
        spine.as_of_date,
        count(distinct days.customer_id) as active_count
    from {{ ref('int_as_of_dates') }} as spine
    cross join settings
    left join {{ ref('int_customer_activity_days') }} as days
        on days.activity_date <= spine.as_of_date
        and {{ days_between('days.activity_date', 'spine.as_of_date') }} < settings.activity_interval_days
    group by spine.as_of_date
),

labelled as (
    select
        as_of_date,
        count(*) as labelled_count
    from {{ ref('behavioral_labels') }}
    where scheme = 'activity_state'
        and segment in ('new', 'current', 'resurrected')
    group by as_of_date
)

select
    active.as_of_date,
    active.active_count,
    labelled.labelled_count
from active
left join labelled
    on active.as_of_date = labelled.as_of_date
where active.active_count <> coalesce(labelled.labelled_count, 0)
