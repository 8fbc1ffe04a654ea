-- one row per refund, on its own date, in the reporting currency. Only where the company has no refunds table at all does
-- an order's status say that it was refunded, in full and on its own day: a status carries no date, so beside dated refunds
-- it would tell of the future
with

refunds as (
    select
        refunds.refund_id,
        refunds.order_id,
        coalesce(orders.customer_id, refunds.customer_id) as customer_id,
        refunds.refunded_date,
        cast(refunds.amount * refunds.rate_to_reporting as decimal(18, 4)) as refund_amount
    from {{ ref('int_refunds_accepted') }} as refunds
    left join {{ ref('int_orders_accepted') }} as orders
        on refunds.order_id = orders.order_id
    where refunds.order_id is null or orders.counts_as_sale
),

declared as (
    {{ declared_flags(['refunds']) }}
),

refunded_orders as (
    select
        orders.order_id as refund_id,
        orders.order_id,
        orders.customer_id,
        orders.ordered_date as refunded_date,
        orders.net_amount as refund_amount
    from {{ ref('int_orders_valued') }} as orders
    cross join declared
    where orders.order_state = 'refunded'
        and not declared.has_refunds
)

select * from refunds
union all
select * from refunded_orders
