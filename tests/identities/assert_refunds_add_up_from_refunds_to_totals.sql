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

refunded_orders as (
    select
        refunds.order_id,
        sum(case
            when refunds.tax_amount is null and refunds.shipping_amount is null
                then cast(refunds.amount as {{ type_double() }}) * cast(orders.net_amount as {{ type_double() }})
                    / cast(orders.net_amount + coalesce(orders.tax_amount, 0) + coalesce(orders.shipping_amount, 0) as {{ type_double() }})
            else refunds.amount - coalesce(refunds.tax_amount, 0) - coalesce(refunds.shipping_amount, 0)
        end) as goods_amount
    from {{ ref('int_refunds_accepted') }} as refunds
    inner join spine on refunds.refunded_date <= spine.as_of_date
    inner join {{ ref('int_orders_accepted') }} as orders on refunds.order_id = orders.order_id
    where orders.counts_as_sale
    group by refunds.order_id
),

parts as (
    select cast(least(orders.net_amount, round(refunded_orders.goods_amount, 4)) * orders.rate_to_reporting as decimal(18, 4)) as refund_amount
    from refunded_orders
    inner join {{ ref('int_orders_accepted') }} as orders on refunded_orders.order_id = orders.order_id
    union all
    select cast(refunds.amount - coalesce(refunds.tax_amount, 0) - coalesce(refunds.shipping_amount, 0) as decimal(18, 4)) as refund_amount
    from {{ ref('int_refunds_accepted') }} as refunds
    inner join spine on refunds.refunded_date <= spine.as_of_date
    where refunds.order_id is null
    union all
    select cast(-orders.net_amount * orders.rate_to_reporting as decimal(18, 4)) as refund_amount
    from {{ ref('int_orders_accepted') }} as orders
    inner join spine on orders.ordered_date <= spine.as_of_date
    where orders.order_state = 'credit_note'
    union all
    select cast(orders.net_amount * orders.rate_to_reporting as decimal(18, 4)) as refund_amount
    from {{ ref('int_orders_accepted') }} as orders
    inner join spine on orders.ordered_date <= spine.as_of_date
    cross join declared
    where orders.counts_as_sale and orders.order_state = 'refunded' and not declared.has_refunds
),

accepted as (
    select sum(refund_amount) as refund_amount from parts
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
    -- to the cent: parts of a refund are rounded order by order
    on abs(coalesce(steps.refund_amount, 0) - coalesce(accepted.refund_amount, 0)) > 0.005
