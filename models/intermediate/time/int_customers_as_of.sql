-- one row per customer and as-of date on which the customer was known: since its creation or its first fact,
-- whichever is earlier; a customer of whom neither is known stands at the current date only
with

first_facts as (
    select customer_id, min(activity_date) as first_fact_date
    from (
        select customer_id, min(activity_date) as activity_date from {{ ref('int_customer_purchase_days') }} group by customer_id
        union all
        -- whatever became of it, an order is a fact
        select customer_id, min(ordered_date) as activity_date from {{ ref('int_orders_accepted') }} group by customer_id
        union all
        select customer_id, min(started_date) as activity_date from {{ ref('int_subscriptions_accepted') }} group by customer_id
        union all
        select customer_id, min(activity_date) as activity_date from {{ ref('int_customer_activity_days') }} group by customer_id
    ) as facts
    -- of what comes later nothing is known yet, not even that there is somebody
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and facts.activity_date <= spine.as_of_date
    group by customer_id
),

rejected_purchases as (
    {{ rejected_purchases() }}
),

known_customers as (
    select
        customers.customer_id,
        least(
            coalesce(customers.created_date, first_facts.first_fact_date),
            coalesce(first_facts.first_fact_date, customers.created_date)
        ) as known_since_date,
        rejected_purchases.first_rejected_date,
        rejected_purchases.first_rejected_subscription_date,
        rejected_purchases.first_rejected_order_date
    from {{ ref('int_customers_accepted') }} as customers
    left join first_facts
        on customers.customer_id = first_facts.customer_id
    left join rejected_purchases
        on customers.customer_id = rejected_purchases.customer_id
)

select
    known_customers.customer_id,
    spine.as_of_date,
    spine.is_current,
    known_customers.known_since_date,
    coalesce(known_customers.first_rejected_date <= spine.as_of_date, false) as has_rejected_purchases,
    coalesce(known_customers.first_rejected_subscription_date <= spine.as_of_date, false) as has_rejected_subscriptions,
    coalesce(known_customers.first_rejected_order_date <= spine.as_of_date, false) as has_rejected_orders
from known_customers
inner join {{ ref('int_as_of_dates') }} as spine
    on known_customers.known_since_date <= spine.as_of_date
    or (known_customers.known_since_date is null and spine.is_current)
