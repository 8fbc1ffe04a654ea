{{ config(materialized='view') }}
-- one row per customer, day and behavior that a rule may name: events, signals, and two that stand for every source:
-- any_event and placed_order
select
    customer_id,
    activity_date,
    behavior,
    'product_events' as input_table,
    times_count
from {{ ref('int_customer_behavior_days') }}
union all
select
    customer_id,
    event_date as activity_date,
    'any_event' as behavior,
    'product_events' as input_table,
    events_count as times_count
from {{ ref('int_customer_event_days') }}
union all
select
    customer_id,
    activity_date,
    'placed_order' as behavior,
    'orders' as input_table,
    orders_count as times_count
from {{ ref('int_customer_purchase_days') }}
where orders_count > 0
