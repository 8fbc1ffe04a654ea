-- one row per customer and as-of date: all that the lifecycle rules ask for
with

customers as (
    select
        customers_as_of.customer_id,
        customers_as_of.as_of_date,
        customers_as_of.is_current,
        customers_as_of.known_since_date,
        coalesce(customers.status, '') in ('partner', 'supplier', 'reseller') as is_partner
    from {{ ref('int_customers_as_of') }} as customers_as_of
    inner join {{ ref('int_customers_accepted') }} as customers
        on customers_as_of.customer_id = customers.customer_id
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    customers.is_partner,
    {{ days_between('customers.known_since_date', 'customers.as_of_date') }} as days_known,
    coalesce(purchases.purchase_days_count, 0) as purchase_days_count,
    purchases.last_order_date,
    purchases.days_since_last_order,
    purchases.last_gap_days,
    rhythm.overdue_ratio,
    rfm.frequency_score,
    coalesce(subscriptions.active_subscriptions_count, 0) as active_subscriptions_count,
    subscriptions.last_subscription_end_date,
    subscriptions.days_since_subscription_end,
    subscriptions.days_since_active_start,
    subscriptions.subscription_break_days,
    greatest(
        purchases.days_since_first_order,
        {{ days_between('subscriptions.first_subscription_date', 'customers.as_of_date') }}
    ) as days_since_first_purchase
from customers
left join {{ ref('int_customer_purchases_as_of') }} as purchases
    on customers.customer_id = purchases.customer_id
    and customers.as_of_date = purchases.as_of_date
left join {{ ref('int_customer_rhythm_as_of') }} as rhythm
    on customers.customer_id = rhythm.customer_id
    and customers.as_of_date = rhythm.as_of_date
left join {{ ref('int_customer_subscriptions_as_of') }} as subscriptions
    on customers.customer_id = subscriptions.customer_id
    and customers.as_of_date = subscriptions.as_of_date
left join {{ ref('int_customer_rfm_scores_as_of') }} as rfm
    on customers.customer_id = rfm.customer_id
    and customers.as_of_date = rfm.as_of_date
