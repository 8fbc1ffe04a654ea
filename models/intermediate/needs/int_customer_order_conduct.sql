-- one row per customer with an order that was placed, on the current as-of date: how many orders were cancelled or given back, and how many
-- were shipped free of charge. Why an order is cancelled or refunded stands in its present status, so the past is not known
with

-- money given back; what was paid on top for a dearer exchange is no return
refunds as (
    select refunds.order_id
    from {{ ref('int_refunds_accepted') }} as refunds
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and refunds.refunded_date <= spine.as_of_date
    where refunds.amount > 0
        and refunds.order_id is not null
    group by refunds.order_id
),

placed as (
    select
        orders.customer_id,
        case when orders.order_state = 'cancelled' then 1 else 0 end as is_cancelled,
        case
            when orders.order_state = 'cancelled' then 0
            when orders.order_state in ('refunded', 'partially_refunded') or refunds.order_id is not null then 1
            else 0
        end as is_refunded,
        case when orders.counts_as_sale and (orders.is_free_shipping or orders.shipping_amount > 0) then 1 else 0 end as is_shipped,
        case when orders.counts_as_sale and orders.is_free_shipping then 1 else 0 end as is_free
    from {{ ref('int_orders_accepted') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    left join refunds
        on orders.order_id = refunds.order_id
    where orders.counts_as_sale
        or orders.order_state = 'cancelled'
)

select
    customer_id,
    count(*) as placed_orders_count,
    sum(is_cancelled) as cancelled_orders_count,
    sum(is_refunded) as refunded_orders_count,
    sum(is_shipped) as shipped_orders_count,
    sum(is_free) as free_shipping_orders_count,
    -- whether an order of anybody was shipped free: else nobody states it
    max(max(is_free)) over () = 1 as is_free_shipping_stated
from placed
group by customer_id
