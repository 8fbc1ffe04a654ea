-- one row per customer and as-of date: all that the schemes of loyalty and churn ask of the facts
with

customers as (
    select
        customer_id,
        as_of_date,
        is_current
    from {{ ref('int_customers_as_of') }}
),

facts as (
    select
        customers.customer_id,
        customers.as_of_date,
        customers.is_current,
        coalesce(purchases.purchase_days_count, 0) as purchase_days_count,
        purchases.last_order_date,
        purchases.days_since_last_order,
        rhythm.usual_gap_days,
        rhythm.overdue_ratio,
        subscriptions.customer_id is not null as has_had_contract,
        coalesce(subscriptions.active_subscriptions_count, 0) > 0 as has_contract,
        subscriptions.days_since_subscription_end as days_since_last_contract_end,
        -- an order on or before the end of the last contract does not outlive it
        case
            when subscriptions.active_subscriptions_count = 0 and coalesce(purchases.last_order_date <= subscriptions.last_subscription_end_date, true)
                then subscriptions.days_since_subscription_end
        end as days_since_contract_end,
        least(purchases.first_order_date, subscriptions.first_subscription_date) as first_purchase_date,
        greatest(
            purchases.last_order_date,
            case when subscriptions.active_subscriptions_count > 0 then customers.as_of_date else subscriptions.last_subscription_end_date end
        ) as last_purchase_date
    from customers
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id
        and customers.as_of_date = purchases.as_of_date
        and purchases.purchase_days_count > 0
    left join {{ ref('int_customer_rhythm_as_of') }} as rhythm
        on customers.customer_id = rhythm.customer_id
        and customers.as_of_date = rhythm.as_of_date
    left join {{ ref('int_customer_subscriptions_as_of') }} as subscriptions
        on customers.customer_id = subscriptions.customer_id
        and customers.as_of_date = subscriptions.as_of_date
)

select
    facts.*,
    {{ days_between('facts.first_purchase_date', 'facts.as_of_date') }} as days_since_first_purchase,
    {{ days_between('facts.first_purchase_date', 'facts.last_purchase_date') }} as relationship_days,
    -- below zero: days left
    facts.days_since_last_order - cast(round(facts.usual_gap_days) as {{ dbt.type_bigint() }}) as days_past_rhythm,
    renewals.next_renewal_date,
    renewals.days_to_renewal,
    renewals.renewals_next_90_days_count,
    coalesce(renewals.has_renewed, false) as has_renewed,
    cancellations.reason_category as cancellation_reason_category
from facts
left join {{ ref('int_customer_renewals_as_of') }} as renewals
    on facts.customer_id = renewals.customer_id
    and facts.as_of_date = renewals.as_of_date
left join {{ ref('int_customer_cancellations_as_of') }} as cancellations
    on facts.customer_id = cancellations.customer_id
    and facts.as_of_date = cancellations.as_of_date
