-- one row per customer and active day: a day with product events or orders
with

facts as (
    select
        customer_id,
        occurred_date as activity_date,
        count(*) as events_count,
        0 as orders_count
    from {{ ref('int_product_events_owned') }}
    group by customer_id, occurred_date
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
    {{- narrow_sums('facts', ['events_count', 'orders_count']) }}
from facts
group by customer_id, activity_date
