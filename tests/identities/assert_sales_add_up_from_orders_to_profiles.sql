-- the money of accepted orders, converted, is that of valued orders, of purchase days, and of the totals to date
with

spine as (
    select as_of_date
    from {{ ref('int_as_of_dates') }}
    where is_current
),

accepted as (
    select
        count(*) as orders_count,
        sum(cast(orders.net_amount * orders.rate_to_reporting as decimal(18, 4))) as sales_amount
    from {{ ref('int_orders_accepted') }} as orders
    inner join spine on orders.ordered_date <= spine.as_of_date
    where orders.counts_as_sale
),

steps as (
    select 'int_orders_valued' as step, count(*) as orders_count, sum(valued.net_amount) as sales_amount
    from {{ ref('int_orders_valued') }} as valued
    inner join spine on valued.ordered_date <= spine.as_of_date
    union all
    select 'int_customer_purchase_days' as step, sum(days.orders_count) as orders_count, sum(days.sales_amount) as sales_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join spine on days.activity_date <= spine.as_of_date
    union all
    select 'int_customer_purchases_as_of' as step, sum(totals.orders_count) as orders_count, sum(totals.sales_amount) as sales_amount
    from {{ ref('int_customer_purchases_as_of') }} as totals
    inner join spine on totals.as_of_date = spine.as_of_date
    union all
    -- who has bought is a customer whose purchases the labels see
    select 'int_customers_as_of' as step, sum(totals.orders_count) as orders_count, sum(totals.sales_amount) as sales_amount
    from {{ ref('int_customers_as_of') }} as customers
    inner join spine on customers.as_of_date = spine.as_of_date
    inner join {{ ref('int_customer_purchases_as_of') }} as totals
        on customers.customer_id = totals.customer_id
        and customers.as_of_date = totals.as_of_date
)

select
    steps.step,
    accepted.orders_count as accepted_orders_count,
    steps.orders_count,
    accepted.sales_amount as accepted_sales_amount,
    steps.sales_amount
from accepted
inner join steps
    on coalesce(steps.orders_count, 0) <> accepted.orders_count
    or coalesce(steps.sales_amount, 0) <> coalesce(accepted.sales_amount, 0)
