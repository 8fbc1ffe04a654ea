-- one row per customer, user and day with use of the product: events that are no visit of the web site or shop. Events without a user
-- are those of the customer itself (user_id is empty)
with

kinds as (
    {{ event_kinds() }}
)

select
    events.customer_id,
    coalesce(events.user_id, '') as user_id,
    events.occurred_date as activity_date,
    count(*) as use_events_count
from {{ ref('int_product_events_owned') }} as events
left join kinds
    on events.event_name = kinds.event_name
where kinds.kind is null or kinds.kind <> 'visit'
group by events.customer_id, coalesce(events.user_id, ''), events.occurred_date
