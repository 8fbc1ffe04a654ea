-- one row per customer and buying signal that is open: inside the intent window, and not settled by an order on the
-- same day or later where the signal is one that an order settles
with

signal_days as (
    select
        behaviors.customer_id,
        behaviors.behavior as signal,
        behaviors.activity_date
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join {{ ref('int_behavior_windows') }} as dates
        on dates.is_current
        and behaviors.activity_date > dates.intent_before_date
        and behaviors.activity_date <= dates.as_of_date
    inner join {{ ref('intent_weights') }} as weights
        on behaviors.behavior = weights.signal
    union
    select customer_id, 'abandoned_cart' as signal, activity_date from {{ ref('int_customer_abandoned_carts') }}
    union
    select customer_id, 'long_time_on_page' as signal, activity_date from {{ ref('int_customer_long_views') }}
),

last_orders as (
    select
        purchases.customer_id,
        purchases.last_order_date
    from {{ ref('int_customer_purchases_as_of') }} as purchases
    inner join {{ ref('int_as_of_dates') }} as spine
        on purchases.as_of_date = spine.as_of_date
        and spine.is_current
),

open_days as (
    select
        signal_days.customer_id,
        signal_days.signal,
        signal_days.activity_date
    from signal_days
    inner join {{ ref('intent_weights') }} as weights
        on signal_days.signal = weights.signal
    left join last_orders
        on signal_days.customer_id = last_orders.customer_id
    where not weights.is_settled_by_order
        or last_orders.last_order_date is null
        or last_orders.last_order_date < signal_days.activity_date
),

repeated as (
    select
        open_days.customer_id,
        count(distinct open_days.activity_date) as days_count,
        max(open_days.activity_date) as last_signal_date
    from open_days
    group by open_days.customer_id
)

select customer_id, signal, count(*) as days_count, max(activity_date) as last_signal_date
from open_days
group by customer_id, signal
union all
select repeated.customer_id, 'repeat_visits' as signal, repeated.days_count, repeated.last_signal_date
from repeated
inner join {{ ref('int_behavior_windows') }} as dates
    on dates.is_current
    and repeated.days_count >= dates.repeat_visit_days_count
