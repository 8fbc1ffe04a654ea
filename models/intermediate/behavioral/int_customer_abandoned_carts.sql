-- one row per customer and day of a cart, inside the intent window, that no order followed within the waiting time;
-- carts whose waiting time still runs are not abandoned yet, and without an orders table nobody can tell
with

declared as (
    {{ declared_flags(['orders']) }}
),

carts as (
    select
        behaviors.customer_id,
        behaviors.activity_date,
        cast({{ dbt.dateadd('day', 'dates.cart_wait_days', 'behaviors.activity_date') }} as date) as wait_until_date
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join {{ ref('int_behavior_windows') }} as dates
        on dates.is_current
        and behaviors.activity_date > dates.intent_before_date
        and behaviors.activity_date <= dates.cart_wait_date
    where behaviors.behavior = 'added_to_cart'
),

-- only the orders that could have taken such a cart
purchases as (
    select
        days.customer_id,
        days.activity_date
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_behavior_windows') }} as dates
        on dates.is_current
        and days.activity_date > dates.intent_before_date
        and days.activity_date <= dates.as_of_date
    where days.orders_count > 0
)

select
    carts.customer_id,
    carts.activity_date
from carts
inner join declared
    on declared.has_orders
left join purchases
    on carts.customer_id = purchases.customer_id
    and purchases.activity_date >= carts.activity_date
    and purchases.activity_date <= carts.wait_until_date
group by carts.customer_id, carts.activity_date
having count(purchases.customer_id) = 0
