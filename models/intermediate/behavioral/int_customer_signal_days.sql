-- one row per customer, buying signal and day inside the intent window of the current as-of date: the behaviors that carry points, and
-- the carts that no order followed within the waiting time
with

dates as (
    select
        spine.as_of_date,
        settings.cart_wait_days,
        cast({{ dbt.dateadd('day', '-settings.intent_days', 'spine.as_of_date') }} as date) as intent_before_date,
        -- carts filled after this day may still become orders
        cast({{ dbt.dateadd('day', '-settings.cart_wait_days', 'spine.as_of_date') }} as date) as cart_wait_date
    from {{ ref('int_as_of_dates') }} as spine
    cross join ({{ settings('behavior', ['intent_days', 'cart_wait_days']) }}) as settings
    where spine.is_current
),

-- without an orders table nobody can tell which cart was left
declared as (
    {{ declared_flags(['orders']) }}
),

recent as (
    select
        behaviors.customer_id,
        behaviors.behavior,
        behaviors.activity_date
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join dates
        on behaviors.activity_date > dates.intent_before_date
        and behaviors.activity_date <= dates.as_of_date
),

carts as (
    select
        recent.customer_id,
        recent.activity_date,
        cast({{ dbt.dateadd('day', 'dates.cart_wait_days', 'recent.activity_date') }} as date) as wait_until_date
    from recent
    inner join dates
        on recent.behavior = 'added_to_cart'
        and recent.activity_date <= dates.cart_wait_date
    inner join declared
        on declared.has_orders
),

-- only the orders that could have taken such a cart
orders as (
    select
        days.customer_id,
        days.activity_date
    from {{ ref('int_customer_activity_days') }} as days
    inner join dates
        on days.activity_date > dates.intent_before_date
        and days.activity_date <= dates.as_of_date
    where days.orders_count > 0
),

abandoned_carts as (
    select
        carts.customer_id,
        carts.activity_date
    from carts
    left join orders
        on carts.customer_id = orders.customer_id
        and orders.activity_date >= carts.activity_date
        and orders.activity_date <= carts.wait_until_date
    group by carts.customer_id, carts.activity_date
    having count(orders.customer_id) = 0
)

select recent.customer_id, recent.behavior as signal, recent.activity_date
from recent
inner join {{ ref('intent_weights') }} as weights
    on recent.behavior = weights.signal
union
select customer_id, 'abandoned_cart' as signal, activity_date
from abandoned_carts
