-- the money of accepted refunds of sales, converted, is that of valued refunds, of purchase days, and what parts sales from net amounts
with

spine as (
    select as_of_date
    from {{ ref('int_as_of_dates') }}
    where is_current
),

declared as (
    {{ declared_flags(['refunds']) }}
),

accepted as (
    select
        case when declared.has_refunds then dated.refund_amount else stated.refund_amount end as refund_amount
    from declared
    cross join (
        select sum(cast(refunds.amount * refunds.rate_to_reporting as decimal(18, 4))) as refund_amount
        from {{ ref('int_refunds_accepted') }} as refunds
        inner join spine on refunds.refunded_date <= spine.as_of_date
        left join {{ ref('int_orders_accepted') }} as orders on refunds.order_id = orders.order_id
        where refunds.order_id is null or orders.counts_as_sale
    ) as dated
    cross join (
        select sum(cast(orders.net_amount * orders.rate_to_reporting as decimal(18, 4))) as refund_amount
        from {{ ref('int_orders_accepted') }} as orders
        inner join spine on orders.ordered_date <= spine.as_of_date
        where orders.counts_as_sale and orders.order_state = 'refunded'
    ) as stated
),

steps as (
    select 'int_refunds_valued' as step, sum(valued.refund_amount) as refund_amount
    from {{ ref('int_refunds_valued') }} as valued
    inner join spine on valued.refunded_date <= spine.as_of_date
    union all
    select 'int_customer_purchase_days' as step, sum(days.refund_amount) as refund_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join spine on days.activity_date <= spine.as_of_date
    union all
    select 'int_customer_purchases_as_of' as step, sum(totals.sales_amount - totals.net_amount) as refund_amount
    from {{ ref('int_customer_purchases_as_of') }} as totals
    inner join spine on totals.as_of_date = spine.as_of_date
)

select
    steps.step,
    accepted.refund_amount as accepted_refund_amount,
    steps.refund_amount
from accepted
inner join steps
    on coalesce(steps.refund_amount, 0) <> coalesce(accepted.refund_amount, 0)
