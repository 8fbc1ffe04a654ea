-- one row per buyer and as-of date whose next 90 days are over: whether an order came in them. Looks ahead of its
-- as-of date, never of the current one: for judging predictions only, no label may read it
with

purchase_days as (
    select
        customer_id,
        activity_date,
        lead(activity_date) over (partition by customer_id order by activity_date) as next_order_date
    from {{ ref('int_customer_purchase_days') }}
    where orders_count > 0
),

closed_dates as (
    select
        earlier.as_of_date,
        cast({{ dbt.dateadd('day', 90, 'earlier.as_of_date') }} as date) as date_90_days_after
    from {{ ref('int_as_of_dates') }} as earlier
    inner join {{ ref('int_as_of_dates') }} as present
        on present.is_current
        and {{ days_between('earlier.as_of_date', 'present.as_of_date') }} >= 90
)

select
    purchases.customer_id,
    purchases.as_of_date,
    closed_dates.date_90_days_after,
    coalesce(purchase_days.next_order_date <= closed_dates.date_90_days_after, false) as has_order_next_90_days
from {{ ref('int_customer_purchases_as_of') }} as purchases
inner join closed_dates
    on purchases.as_of_date = closed_dates.as_of_date
inner join purchase_days
    on purchases.customer_id = purchase_days.customer_id
    and purchases.last_order_date = purchase_days.activity_date
