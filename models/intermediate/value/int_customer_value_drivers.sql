-- one row per customer with value at the current as-of date: the measures that can make a customer's value; null where a
-- measure does not concern the customer. Rounded, so that equal is equal
with

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customer_values_as_of') }}
    where is_current
        and historic_value_amount > 0
),

assortments as (
    select
        orders.customer_id,
        sum(items.quantity) as units_quantity,
        sum(cast(items.net_amount * orders.rate_to_reporting as decimal(18, 4))) as items_amount,
        count(distinct products.category) as categories_count
    from {{ ref('int_order_items_accepted') }} as items
    inner join {{ ref('int_orders_accepted') }} as orders
        on items.order_id = orders.order_id
    inner join {{ ref('int_as_of_dates') }} as spine
        on orders.ordered_date <= spine.as_of_date
    left join {{ ref('int_products_accepted') }} as products
        on items.product_id = products.product_id
    where spine.is_current
        and orders.counts_as_sale
    group by orders.customer_id
),

growth as (
    select * from {{ ref('int_customer_revenue_growth') }}
)

select
    customers.customer_id,
    customers.as_of_date,
    -- over one year at least, as the value per year
    round(cast(purchases.orders_count as {{ type_double() }})
        / greatest(growth.tenure_days / {{ double_literal(365.25) }}, 1), 2) as orders_per_year,
    cast(purchases.sales_amount / nullif(purchases.orders_count, 0) as decimal(18, 2)) as average_order_amount,
    cast(assortments.items_amount / nullif(assortments.units_quantity, 0) as decimal(18, 2)) as average_unit_price_amount,
    nullif(assortments.categories_count, 0) as categories_count,
    growth.tenure_days,
    growth.revenue_growth_pct,
    cast(nullif(subscriptions.mrr_amount, 0) as decimal(18, 2)) as mrr_amount
from customers
inner join growth
    on customers.customer_id = growth.customer_id
left join {{ ref('int_customer_purchases_as_of') }} as purchases
    on customers.customer_id = purchases.customer_id
    and customers.as_of_date = purchases.as_of_date
left join {{ ref('int_customer_contracts_as_of') }} as subscriptions
    on customers.customer_id = subscriptions.customer_id
    and customers.as_of_date = subscriptions.as_of_date
left join assortments
    on customers.customer_id = assortments.customer_id
