-- one row per customer and as-of date: the situation of the customer in its lifecycle, beside the measures that the rules name
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

partners as (
    select customer_id
    from {{ ref('int_customers_accepted') }}
    where customer_state = 'partner'
)

select
    relationships.customer_id,
    relationships.as_of_date,
    relationships.is_current,
    relationships.days_known,
    relationships.days_since_first_purchase,
    relationships.days_since_last_order,
    relationships.overdue_ratio,
    relationships.lapse_ratio,
    relationships.last_gap_ratio,
    -- often is what RFM means by it; 0: too few orders for that, or none in its window
    coalesce(scores.frequency_score, 0) as frequency_score,
    relationships.days_since_last_contract_end,
    relationships.days_since_contract_start as days_since_active_start,
    case
        when partners.customer_id is not null then 'partner'
        when not (has_orders or has_subscriptions) then 'unknown'
        when has_only_rejected_purchases then 'rejected'
        when days_since_first_purchase is null and days_known is null then 'never_bought_undated'
        when days_since_first_purchase is null then 'never_bought'
        -- a contract that ended is the end, unless an order came after it
        when days_since_contract_end is not null then 'contract_ended'
        when has_contract and contract_break_days is not null then 'contract_resumed'
        when has_contract then 'contract'
        -- bought once: there is no rhythm yet
        when purchase_days_count = 1 then 'once'
        else 'repeat'
    end as lifecycle_situation
from {{ ref('int_customer_relationships_as_of') }} as relationships
cross join declared
left join partners
    on relationships.customer_id = partners.customer_id
left join {{ ref('rfm_facts') }} as scores
    on relationships.customer_id = scores.customer_id
    and relationships.as_of_date = scores.as_of_date
    and scores.rfm_situation = 'scored'
