{%- set margin = number_setting('clv_margin_ratio', 0, 1) -%}
-- one row per customer and as-of date: value to date and value of the last 365 days, orders less refunds plus contracts;
-- 0 for who never bought. Two decimals, so that equal values are equal
select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    cast(coalesce(value_to_date.historic_value_amount, 0) * {{ margin }} as decimal(18, 2)) as historic_value_amount,
    cast((
        coalesce(purchases.net_last_365_days_amount, 0)
        + coalesce(subscriptions.subscription_revenue_last_365_days_amount, 0)
    ) * {{ margin }} as decimal(18, 2)) as value_last_365_days_amount
from {{ ref('int_customers_as_of') }} as customers
left join {{ ref('int_customer_value_as_of') }} as value_to_date
    on customers.customer_id = value_to_date.customer_id
    and customers.as_of_date = value_to_date.as_of_date
left join {{ ref('int_customer_purchases_as_of') }} as purchases
    on customers.customer_id = purchases.customer_id
    and customers.as_of_date = purchases.as_of_date
left join {{ ref('int_customer_subscription_revenue_as_of') }} as subscriptions
    on customers.customer_id = subscriptions.customer_id
    and customers.as_of_date = subscriptions.as_of_date
