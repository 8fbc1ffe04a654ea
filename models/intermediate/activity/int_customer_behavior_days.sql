-- one row per customer, day and behavior: each event by its name, and each signal it stands for
with

event_days as (
    select
        customer_id,
        occurred_date as activity_date,
        event_name,
        coalesce(page_path, '') as page_path,
        count(*) as times_count,
        sum(coalesce(duration_seconds, 0)) as duration_seconds
    from {{ ref('int_product_events_owned') }}
    group by customer_id, occurred_date, event_name, coalesce(page_path, '')
),

behaviors as (
    select
        customer_id,
        activity_date,
        event_name as behavior,
        times_count,
        duration_seconds
    from event_days
    union all
    select
        event_days.customer_id,
        event_days.activity_date,
        signals.signal as behavior,
        event_days.times_count,
        event_days.duration_seconds
    from event_days
    inner join {{ ref('int_event_signals') }} as signals
        on event_days.event_name = signals.event_name
        and event_days.page_path = signals.page_path
    where event_days.event_name <> signals.signal
)

select
    customer_id,
    activity_date,
    behavior,
    sum(times_count) as times_count,
    sum(duration_seconds) as duration_seconds
from behaviors
group by customer_id, activity_date, behavior
