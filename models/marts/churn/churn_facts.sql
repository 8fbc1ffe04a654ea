-- one row per customer and as-of date: the situation of the customer in each scheme of the family, beside the measures that its rules
-- name. The models of purchases and of renewals speak of the current date only
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
)

select
    relationships.*,
    renewals.next_renewal_date,
    renewals.days_to_renewal,
    renewals.renewals_next_90_days_count,
    coalesce(renewals.has_renewed, false) as has_renewed,
    sufficiency.population_status,
    expectations.probability_alive,
    expectations.probability_no_order_next_90_days,
    expectations.expected_days_to_next_order_if_alive,
    contracts.probability_next_renewal,
    1 - power(contracts.probability_next_renewal, renewals.renewals_next_90_days_count) as probability_contract_end_next_90_days,
    case
        when not relationships.is_current then null
        when not (has_orders or has_subscriptions) then 'unknown'
        when has_only_rejected_purchases then 'rejected'
        when first_purchase_date is null then 'not_applicable'
        -- a running contract: by its renewals, with the model of renewals where there is one
        when has_contract and renewals_next_90_days_count >= 0 and contracts.probability_next_renewal is not null then 'contract_modelled'
        when has_contract and days_to_renewal is null then 'contract_undated'
        when has_contract and has_renewed then 'contract_renewed'
        when has_contract then 'contract_first'
        when days_since_contract_end is not null then 'contract_ended'
        when population_status = 'too_few_repeaters' then 'too_few_repeaters'
        when population_status <> 'sufficient' then 'too_little_history'
        else 'buyer'
    end as churn_risk_situation,
    case
        when not has_orders then 'unknown'
        when has_only_rejected_purchases then 'rejected'
        when purchase_days_count = 0 then 'not_applicable'
        else 'buyer'
    end as rhythm_risk_situation,
    case
        when not has_subscriptions then 'unknown'
        when has_only_rejected_purchases then 'rejected'
        when not has_had_contract then 'no_contract'
        when not has_contract then 'ended'
        when days_to_renewal is null then 'undated'
        else 'running'
    end as renewal_window_situation,
    case
        when not has_subscriptions then 'unknown'
        when has_only_rejected_purchases then 'rejected'
        when not has_had_contract then 'no_contract'
        when has_contract then 'not_cancelled'
        else last_contract_end_reason
    end as cancellation_reason_situation,
    case
        when not (has_orders or has_subscriptions) then 'unknown'
        when has_only_rejected_purchases then 'rejected'
        when first_purchase_date is null then 'not_applicable'
        when has_had_contract then 'contract'
        else 'buyer'
    end as loyalty_situation
from {{ ref('int_customer_relationships_as_of') }} as relationships
cross join declared
inner join {{ ref('int_score_sufficiency') }} as sufficiency
    on relationships.as_of_date = sufficiency.as_of_date
left join {{ ref('int_customer_renewals_as_of') }} as renewals
    on relationships.customer_id = renewals.customer_id
    and relationships.as_of_date = renewals.as_of_date
left join {{ ref('int_clv_expectations') }} as expectations
    on relationships.customer_id = expectations.customer_id
    and relationships.as_of_date = expectations.as_of_date
left join {{ ref('int_customer_contract_expectations') }} as contracts
    on relationships.customer_id = contracts.customer_id
    and relationships.as_of_date = contracts.as_of_date
