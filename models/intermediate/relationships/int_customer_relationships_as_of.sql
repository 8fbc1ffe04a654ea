-- one row per customer and as-of date: how long and in what rhythm the customer has bought, and where its contracts stand
with

customers as (
    select
        customer_id,
        as_of_date,
        is_current,
        known_since_date,
        has_rejected_purchases,
        has_rejected_subscriptions,
        has_rejected_orders
    from {{ ref('int_customers_as_of') }}
),

joined as (
    select
        customers.customer_id,
        customers.as_of_date,
        customers.is_current,
        customers.known_since_date,
        customers.has_rejected_purchases,
        customers.has_rejected_subscriptions,
        customers.has_rejected_orders,
        coalesce(purchases.purchase_days_count, 0) as purchase_days_count,
        purchases.last_order_date,
        purchases.days_since_last_order,
        rhythm.usual_gap_days,
        rhythm.overdue_ratio,
        rhythm.lapse_ratio,
        rhythm.last_gap_ratio,
        contracts.customer_id is not null as has_had_contract,
        coalesce(contracts.has_contract, false) as has_contract,
        contracts.days_since_contract_start,
        contracts.contract_break_days,
        contracts.days_since_last_contract_end,
        contracts.last_contract_end_reason,
        -- an order on or before the end of the last contract does not outlive it
        case
            when not contracts.has_contract and coalesce(purchases.last_order_date <= contracts.last_contract_end_date, true)
                then contracts.days_since_last_contract_end
        end as days_since_contract_end,
        least(purchases.first_order_date, contracts.first_subscription_date) as first_purchase_date,
        greatest(
            purchases.last_order_date,
            case when contracts.has_contract then customers.as_of_date else contracts.last_contract_end_date end
        ) as last_purchase_date
    from customers
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id
        and customers.as_of_date = purchases.as_of_date
        and purchases.purchase_days_count > 0
    left join {{ ref('int_customer_rhythm_as_of') }} as rhythm
        on customers.customer_id = rhythm.customer_id
        and customers.as_of_date = rhythm.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as contracts
        on customers.customer_id = contracts.customer_id
        and customers.as_of_date = contracts.as_of_date
)

select
    joined.*,
    -- whether such a customer has bought is not known
    joined.has_rejected_purchases and joined.first_purchase_date is null as has_only_rejected_purchases,
    {{ days_between('joined.known_since_date', 'joined.as_of_date') }} as days_known,
    {{ days_between('joined.first_purchase_date', 'joined.as_of_date') }} as days_since_first_purchase,
    {{ days_between('joined.first_purchase_date', 'joined.last_purchase_date') }} as relationship_days,
    -- below zero: days left
    joined.days_since_last_order - cast(round(joined.usual_gap_days) as {{ dbt.type_bigint() }}) as days_past_rhythm
from joined
