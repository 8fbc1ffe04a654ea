-- one row per customer who ever bought, at the current as-of date: tenure, and the revenue of the last 365 days against
-- the 365 before. Growth is known only where both years are whole, else every new customer would seem to grow
with

orders as (
    select
        days.customer_id,
        min(case when days.orders_count > 0 then days.activity_date end) as first_order_date,
        sum(case when days.activity_date > {{ days_before('spine.as_of_date', 365) }} then days.sales_amount - days.refund_amount else 0 end) as last_365_days_amount,
        sum(case
            when days.activity_date > {{ days_before('spine.as_of_date', 730) }} and days.activity_date <= {{ days_before('spine.as_of_date', 365) }}
                then days.sales_amount - days.refund_amount
            else 0
        end) as previous_365_days_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on days.activity_date <= spine.as_of_date
    where spine.is_current
    group by days.customer_id
),

revenues as (
    select
        customers.customer_id,
        customers.as_of_date,
        least(
            coalesce(orders.first_order_date, subscriptions.first_subscription_date),
            coalesce(subscriptions.first_subscription_date, orders.first_order_date)
        ) as first_purchase_date,
        cast(coalesce(orders.last_365_days_amount, 0) as {{ type_double() }})
            + coalesce(recurring.subscription_revenue_last_365_days_amount, 0) as last_365_days_amount,
        cast(coalesce(orders.previous_365_days_amount, 0) as {{ type_double() }})
            + coalesce(recurring.subscription_revenue_previous_365_days_amount, 0) as previous_365_days_amount
    from {{ ref('int_customers_as_of') }} as customers
    left join orders
        on customers.customer_id = orders.customer_id
    left join {{ ref('int_customer_contracts_as_of') }} as subscriptions
        on customers.customer_id = subscriptions.customer_id
        and customers.as_of_date = subscriptions.as_of_date
    left join {{ ref('int_customer_subscription_revenue_as_of') }} as recurring
        on customers.customer_id = recurring.customer_id
        and customers.as_of_date = recurring.as_of_date
    where customers.is_current
        and coalesce(orders.first_order_date, subscriptions.first_subscription_date) is not null
)

select
    customer_id,
    as_of_date,
    {{ days_between('first_purchase_date', 'as_of_date') }} as tenure_days,
    case
        when first_purchase_date <= {{ days_before('as_of_date', 730) }}
            and previous_365_days_amount > 0
            then round((last_365_days_amount / previous_365_days_amount - 1) * 100, 1)
    end as revenue_growth_pct
from revenues
