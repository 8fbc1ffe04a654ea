-- one row per customer and day with product events or orders: the days on which a customer was active
with

facts as (
    select
        customer_id,
        event_date as activity_date,
        events_count,
        0 as orders_count
    from {{ ref('int_customer_event_days') }}
    union all
    select
        customer_id,
        activity_date,
        0 as events_count,
        orders_count
    from {{ ref('int_customer_purchase_days') }}
    where orders_count > 0
)

select
    customer_id,
    activity_date,
    sum(events_count) as events_count,
    sum(orders_count) as orders_count
from facts
group by customer_id, activity_date
