-- one row per customer who ever bought, at the current as-of date: what the value is made of: money given back, discounts,
-- recurring revenue, each as a share from 0 to 1
with

revenues as (
    select
        customers.customer_id,
        customers.as_of_date,
        purchases.sales_amount,
        purchases.refund_amount,
        purchases.discount_amount,
        greatest(coalesce(purchases.net_amount, 0), 0) as net_orders_amount,
        coalesce(subscriptions.subscription_revenue_amount, 0) as recurring_amount
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id
        and customers.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as subscriptions
        on customers.customer_id = subscriptions.customer_id
        and customers.as_of_date = subscriptions.as_of_date
    where customers.is_current
        and coalesce(purchases.first_order_date, subscriptions.first_subscription_date) is not null
)

select
    customer_id,
    as_of_date,
    -- refunds may exceed the sales known here; all is given back then, not more than all
    case
        when sales_amount > 0 and refund_amount >= sales_amount then {{ double_literal(1) }}
        when sales_amount > 0 then cast(refund_amount as {{ type_double() }}) / cast(sales_amount as {{ type_double() }})
    end as refund_ratio,
    cast(discount_amount as {{ type_double() }})
        / nullif(cast(sales_amount + discount_amount as {{ type_double() }}), 0) as discount_ratio,
    cast(recurring_amount as {{ type_double() }})
        / nullif(cast(net_orders_amount + recurring_amount as {{ type_double() }}), 0) as recurring_ratio
from revenues
