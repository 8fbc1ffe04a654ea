-- one row per customer, day and behavior: each product event by its name, each signal that events stand for, a long time on one page,
-- and two behaviors that stand for a whole table: any_event and placed_order
with

settings as (
    {{ settings('behavior', ['long_view_seconds']) }}
),

event_days as (
    select
        events.customer_id,
        events.occurred_date as activity_date,
        events.event_name,
        coalesce(events.page_path, '') as page_path,
        count(*) as times_count,
        sum(case when events.page_path is not null and events.duration_seconds >= settings.long_view_seconds then 1 else 0 end) as long_views_count
    from {{ ref('int_product_events_owned') }} as events
    cross join settings
    group by events.customer_id, events.occurred_date, events.event_name, coalesce(events.page_path, '')
),

-- which signals an event name on a page stands for, decided once for each distinct pair
pairs as (
    select event_name, page_path from event_days group by event_name, page_path
),

pair_signals as (
    select pairs.event_name, pairs.page_path, signals.signal, max(case when signals.kind = 'support' then 1 else 0 end) as is_support
    from pairs
    inner join {{ ref('event_signals') }} as signals
        on lower(pairs.event_name) like signals.event_name_pattern and lower(pairs.page_path) like signals.page_path_pattern
    group by pairs.event_name, pairs.page_path, signals.signal
),

support_pages as (
    select event_name, page_path from pair_signals where is_support = 1 group by event_name, page_path
),

-- what tells of a bodily need has no name here: whoever does not consent must not be found by it
bodily as (
    select pairs.event_name from pairs
    inner join {{ ref('accessibility_events') }} as patterns on lower(pairs.event_name) like patterns.event_name_pattern
    group by pairs.event_name
),

behaviors as (
    select event_days.customer_id, event_days.activity_date, event_days.event_name as behavior, 1 as is_event, event_days.times_count
    from event_days
    left join bodily on event_days.event_name = bodily.event_name
    where bodily.event_name is null
    union all
    select event_days.customer_id, event_days.activity_date, pair_signals.signal as behavior, 0 as is_event, event_days.times_count
    from event_days
    inner join pair_signals
        on event_days.event_name = pair_signals.event_name
        and event_days.page_path = pair_signals.page_path
        and event_days.event_name <> pair_signals.signal
    union all
    -- reading help is no sign of interest
    select event_days.customer_id, event_days.activity_date, 'long_time_on_page' as behavior, 0 as is_event, event_days.long_views_count as times_count
    from event_days
    left join support_pages
        on event_days.event_name = support_pages.event_name and event_days.page_path = support_pages.page_path
    where event_days.long_views_count > 0
        and support_pages.event_name is null
    {%- for behavior, counted in {'any_event': 'events_count', 'placed_order': 'orders_count'}.items() %}
    union all
    select customer_id, activity_date, '{{ behavior }}' as behavior, 0 as is_event, {{ counted }} as times_count
    from {{ ref('int_customer_activity_days') }}
    where {{ counted }} > 0
    {%- endfor %}
)

select
    customer_id, activity_date, behavior, max(is_event) = 1 as is_event,
    cast(sum(times_count) as {{ dbt.type_bigint() }}) as times_count
from behaviors
group by customer_id, activity_date, behavior
