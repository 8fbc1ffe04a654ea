-- one row per customer and day with a sale or a refund; everything later reads these days, never the orders again
with

sales as (
    select
        customer_id,
        ordered_date as activity_date,
        count(*) as orders_count,
        sum(net_amount) as sales_amount,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(case when is_discounted then 1 else 0 end) as discounted_orders_count,
        sum(case when has_coupon then 1 else 0 end) as coupon_orders_count,
        sum(case when is_free_shipping then 1 else 0 end) as free_shipping_orders_count,
        sum(case when channel_class = 'online' then 1 else 0 end) as online_orders_count,
        sum(case when has_unknown_refund then 1 else 0 end) as partly_refunded_orders_count,
        sum(case when channel_class = 'store' then 1 else 0 end) as store_orders_count,
        sum(coalesce(items_quantity, 0)) as items_quantity
    from {{ ref('int_orders_valued') }}
    group by customer_id, ordered_date
),

refunds as (
    select
        customer_id,
        refunded_date as activity_date,
        count(*) as refunds_count,
        sum(refund_amount) as refund_amount
    from {{ ref('int_refunds_valued') }}
    group by customer_id, refunded_date
),

days as (
    select customer_id, activity_date from sales
    union
    select customer_id, activity_date from refunds
)

-- narrow types: what the later models read and add up are these columns
select
    days.customer_id,
    days.activity_date,
    {%- for count in [
        'orders_count', 'discounted_orders_count', 'coupon_orders_count', 'free_shipping_orders_count',
        'online_orders_count', 'store_orders_count', 'partly_refunded_orders_count',
    ] %}
    cast(coalesce(sales.{{ count }}, 0) as {{ dbt.type_bigint() }}) as {{ count }},
    {%- endfor %}
    {%- for amount in ['sales_amount', 'gross_amount', 'discount_amount', 'items_quantity'] %}
    cast(coalesce(sales.{{ amount }}, 0) as decimal(18, 4)) as {{ amount }},
    {%- endfor %}
    cast(coalesce(refunds.refund_amount, 0) as decimal(18, 4)) as refund_amount,
    coalesce(refunds.refunds_count, 0) as refunds_count
from days
left join sales
    on days.customer_id = sales.customer_id
    and days.activity_date = sales.activity_date
left join refunds
    on days.customer_id = refunds.customer_id
    and days.activity_date = refunds.activity_date
