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
        store_id,
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

-- what was given back for an order until now, and whether a refund of it could not be used
refunds as (
    select
        refunds.order_id,
        count(distinct case when refunds.rejection_rule_id is null then accepted.refund_id end) as used_count,
        count(distinct coalesce(refunds.row_key, '')) as told_count
    from {{ ref('stg_refunds') }} as refunds
    left join {{ ref('int_refunds_accepted') }} as accepted
        on refunds.refund_id = accepted.refund_id
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and (refunds.refunded_date is null or refunds.refunded_date <= spine.as_of_date or refunds.rejection_rule_id = 'impossible_date')
    where coalesce(refunds.rejection_rule_id, '') <> 'rejected_by_source'
    group by refunds.order_id
)

select
    orders.order_id,
    orders.customer_id,
    orders.contact_id,
    orders.ordered_at,
    orders.ordered_date,
    orders.order_state,
    -- something was given back and nobody says how much: by a refund that could not be used, or by a status alone (a refund in full only
    -- counts by its status where there is no table of refunds)
    coalesce(refunds.told_count > refunds.used_count, false)
    or (orders.order_state = 'partially_refunded' or orders.order_state = 'refunded' and declared.has_refunds)
    and coalesce(refunds.used_count, 0) = 0 as has_unknown_refund,
    coalesce(channels.channel_class, case when orders.channel is null then 'unknown' else 'other' end) as channel_class,
    orders.store_id,
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
left join items on orders.order_id = items.order_id
left join refunds on orders.order_id = refunds.order_id
left join {{ ref('order_channels') }} as channels
    on {{ code_text('orders.channel') }} = channels.channel
