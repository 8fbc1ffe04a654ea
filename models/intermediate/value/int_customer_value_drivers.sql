-- one row per customer with value at the current as-of date: the measures that can make a customer's value; null where a
-- measure does not concern the customer. Rounded, so that equal is equal
with

assortments as (
    select
        orders.customer_id,
        -- each line has one voice: quantities are in units of any measure, and a thousandth of a litre is no cheap thing
        sum(cast(items.net_amount * orders.rate_to_reporting / items.quantity as decimal(18, 4))) as unit_prices_amount,
        count(*) as lines_count,
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

years_before as (
    select
        days.customer_id,
        sum(days.sales_amount - days.refund_amount) as net_previous_365_days_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on days.activity_date > {{ days_before('spine.as_of_date', 730) }}
        and days.activity_date <= {{ days_before('spine.as_of_date', 365) }}
    where spine.is_current
    group by days.customer_id
),

measured as (
    select
        customers.customer_id,
        customers.as_of_date,
        relationships.days_since_first_purchase as tenure_days,
        coalesce(relationships.purchase_days_count > 1, false) as has_come_back,
        coalesce(relationships.purchase_days_count > 1, false) or coalesce(relationships.has_had_contract, false) as has_stayed,
        purchases.orders_count,
        purchases.sales_amount,
        subscriptions.mrr_amount,
        coalesce(purchases.net_last_365_days_amount, 0) + coalesce(subscriptions.subscription_revenue_last_365_days_amount, 0) as last_year_amount,
        coalesce(years_before.net_previous_365_days_amount, 0) + coalesce(subscriptions.subscription_revenue_previous_365_days_amount, 0) as year_before_amount
    from {{ ref('int_customer_values_as_of') }} as customers
    inner join {{ ref('int_customer_relationships_as_of') }} as relationships
        on customers.customer_id = relationships.customer_id
        and customers.as_of_date = relationships.as_of_date
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id
        and customers.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as subscriptions
        on customers.customer_id = subscriptions.customer_id
        and customers.as_of_date = subscriptions.as_of_date
    left join years_before
        on customers.customer_id = years_before.customer_id
    where customers.is_current
        and customers.historic_value_amount > 0
)

select
    measured.customer_id,
    measured.as_of_date,
    -- over one year at least, as the value per year; one day of buying is no frequency
    case when has_come_back then round(cast(orders_count as {{ type_double() }}) / greatest(tenure_days / {{ double_literal(365.25) }}, 1), 2) end as orders_per_year,
    cast(sales_amount / nullif(orders_count, 0) as decimal(18, 2)) as average_order_amount,
    cast(assortments.unit_prices_amount / nullif(assortments.lines_count, 0) as decimal(18, 2)) as average_unit_price_amount,
    nullif(assortments.categories_count, 0) as categories_count,
    -- one purchase, however long ago, is no stay
    case when has_stayed then tenure_days end as tenure_days,
    -- growth is known only where both years are whole, else every new customer would seem to grow
    case when tenure_days >= 730 and year_before_amount > 0 then round((cast(last_year_amount as {{ type_double() }}) / cast(year_before_amount as {{ type_double() }}) - 1) * 100, 1) end as revenue_growth_pct,
    cast(nullif(mrr_amount, 0) as decimal(18, 2)) as mrr_amount
from measured
left join assortments
    on measured.customer_id = assortments.customer_id
