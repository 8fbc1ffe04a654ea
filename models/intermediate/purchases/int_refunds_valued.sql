-- one row per refund, on its own date, in the reporting currency: the goods given back, measured like sales (without tax and shipping), at the
-- rate of the order and over all refunds of an order at most what its goods cost. Below zero: money paid on top (a dearer exchange).
-- A credit note (an order below zero) is a refund of its customer. Only where the company has no refunds table at all does an order's status
-- say that it was refunded, in full and on its own day: a status has no date, so beside dated refunds it would tell of the future
with

refunds as (
    select
        refunds.refund_id,
        refunds.order_id,
        coalesce(orders.customer_id, refunds.customer_id) as customer_id,
        refunds.refunded_date,
        orders.net_amount as order_amount,
        coalesce(orders.rate_to_reporting, refunds.rate_to_reporting, 1) as rate_to_reporting,
        case
            when orders.order_id is null or refunds.tax_amount is not null or refunds.shipping_amount is not null
                then refunds.amount - coalesce(refunds.tax_amount, 0) - coalesce(refunds.shipping_amount, 0)
            -- which part is tax and shipping nobody said: the part it is of the order
            else {{ exact_summand(double_literal('refunds.amount') ~ ' * ' ~ double_literal('orders.net_amount') ~ ' / '
                ~ double_literal('orders.net_amount + coalesce(orders.tax_amount, 0) + coalesce(orders.shipping_amount, 0)')) }}
        end as goods_amount
    from {{ ref('int_refunds_accepted') }} as refunds
    left join {{ ref('int_orders_accepted') }} as orders
        on refunds.order_id = orders.order_id
    where refunds.order_id is null or orders.counts_as_sale
),

up_to_each as (
    select
        refunds.*,
        case when order_amount is null then goods_amount else least(order_amount, sum(goods_amount) over (
            partition by order_id order by refunded_date, refund_id rows between unbounded preceding and current row
        )) end as given_back_amount
    from refunds
),

rounded as (
    select
        up_to_each.*,
        cast(round(given_back_amount, 4) * rate_to_reporting as decimal(18, 4)) as reporting_amount
    from up_to_each
),

credit_notes as (
    select
        order_id as refund_id,
        order_id,
        customer_id,
        ordered_date as refunded_date,
        cast(-net_amount * rate_to_reporting as decimal(18, 4)) as refund_amount
    from {{ ref('int_orders_accepted') }}
    where order_state = 'credit_note'
),

declared as (
    {{ declared_flags(['refunds']) }}
)

select
    refund_id,
    order_id,
    customer_id,
    refunded_date,
    case when order_amount is null then reporting_amount else reporting_amount - coalesce(lag(reporting_amount) over (
        partition by order_id order by refunded_date, refund_id
    ), 0) end as refund_amount
from rounded
union all
select * from credit_notes
union all
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
