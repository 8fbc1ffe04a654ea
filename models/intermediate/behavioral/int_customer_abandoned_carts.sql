-- one row per customer and day of a cart, inside the intent window, that no order followed within the waiting time;
-- carts whose waiting time still runs are not abandoned yet, and without an orders table nobody can tell
with

declared as (
    {{ declared_flags(['orders']) }}
)

select
    carts.customer_id,
    carts.activity_date
from {{ ref('int_customer_behavior_days') }} as carts
inner join {{ ref('int_behavior_windows') }} as dates
    on dates.is_current
    and carts.activity_date > dates.intent_before_date
    and carts.activity_date <= dates.cart_wait_date
inner join declared
    on declared.has_orders
left join {{ ref('int_customer_purchase_days') }} as purchases
    on carts.customer_id = purchases.customer_id
    and purchases.orders_count > 0
    and purchases.activity_date >= carts.activity_date
    and {{ days_between('carts.activity_date', 'purchases.activity_date') }} <= dates.cart_wait_days
where carts.behavior = 'added_to_cart'
group by carts.customer_id, carts.activity_date
having count(purchases.customer_id) = 0
