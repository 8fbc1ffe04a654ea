-- one row per customer and day with product events
select
    customer_id,
    occurred_date as event_date,
    count(*) as events_count,
    sum(coalesce(duration_seconds, 0)) as duration_seconds
from {{ ref('int_product_events_owned') }}
group by customer_id, occurred_date
