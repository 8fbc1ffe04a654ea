-- one row per order that counts as a sale, in the reporting currency
with

orders as (
    select
        order_id,
        customer_id,
        contact_id,
        ordered_at,
        ordered_date,
        channel,
        order_state,
        net_amount * rate_to_reporting as net_amount,
        coalesce(gross_amount, net_amount) * rate_to_reporting as gross_amount,
        coalesce(discount_amount, 0) * rate_to_reporting as discount_amount,
        coalesce(discount_amount, 0) > 0 or coupon_code is not null as is_discounted,
        coupon_code is not null as has_coupon,
        coalesce(is_free_shipping, false) as is_free_shipping
    from {{ ref('int_orders_accepted') }}
    where counts_as_sale
),

items as (
    select
        order_id,
        sum(quantity) as items_quantity,
        count(distinct product_id) as products_count
    from {{ ref('int_order_items_accepted') }}
    group by order_id
),

declared as (
    {{ declared_flags(['refunds']) }}
),

channels as (
    select
        channel,
        channel_class
    from {{ ref('order_channels') }}
)

select
    orders.order_id,
    orders.customer_id,
    orders.contact_id,
    orders.ordered_at,
    orders.ordered_date,
    orders.order_state,
    -- how much of it was given back nobody says; with dated refunds those say it
    orders.order_state = 'partially_refunded' and not declared.has_refunds as has_unknown_refund,
    coalesce(channels.channel_class, case when orders.channel is null then 'unknown' else 'other' end) as channel_class,
    cast(orders.net_amount as decimal(18, 4)) as net_amount,
    cast(orders.gross_amount as decimal(18, 4)) as gross_amount,
    cast(orders.discount_amount as decimal(18, 4)) as discount_amount,
    orders.is_discounted,
    orders.has_coupon,
    orders.is_free_shipping,
    items.items_quantity,
    items.products_count
from orders
cross join declared
left join items
    on orders.order_id = items.order_id
left join channels
    on {{ code_text('orders.channel') }} = channels.channel
