-- one row per customer and day, inside the intent window, with a long time on one page; reading help is no buying signal
with

support_pages as (
    select
        pairs.event_name,
        pairs.page_path
    from {{ ref('int_event_signals') }} as pairs
    inner join {{ ref('event_signals') }} as signals
        on pairs.signal = signals.signal
        and signals.kind = 'support'
    group by pairs.event_name, pairs.page_path
)

select
    events.customer_id,
    events.occurred_date as activity_date
from {{ ref('int_product_events_owned') }} as events
inner join {{ ref('int_behavior_windows') }} as dates
    on dates.is_current
    and events.occurred_date > dates.intent_before_date
    and events.occurred_date <= dates.as_of_date
    and events.duration_seconds >= dates.long_view_seconds
left join support_pages
    on events.event_name = support_pages.event_name
    and events.page_path = support_pages.page_path
where events.page_path is not null
    and support_pages.event_name is null
group by events.customer_id, events.occurred_date
