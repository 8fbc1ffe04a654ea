-- one row per customer: risk of the next 90 days. A contract decides where one runs or was the last thing, else the
-- model of purchases
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

bounds as (
    {{ rule_bounds(['churn_risk_contract_churned.lower']) }}
),

decided as (
    select
        facts.*,
        sufficiency.population_status,
        probabilities.probability_alive,
        probabilities.probability_no_order_next_90_days,
        probabilities.expected_days_to_next_order_if_alive,
        probabilities.probability_next_renewal,
        probabilities.probability_contract_end_next_90_days,
        case
            when not (has_orders or has_subscriptions) then 'churn_risk_unknown'
            when first_purchase_date is null then 'churn_risk_not_applicable'
            -- a running contract: by its renewals, with the model of renewals where there is one
            when has_contract and probability_contract_end_next_90_days is not null then contract_bands.rule_id
            when has_contract and days_to_renewal is null then 'churn_risk_contract_undated'
            when has_contract and renewals_next_90_days_count = 0 then 'churn_risk_contract_later'
            when has_contract and has_renewed then 'churn_risk_contract_due'
            when has_contract then 'churn_risk_contract_first_due'
            -- the contract ended and no order came after it
            when days_since_contract_end >= churn_risk_contract_churned_lower then 'churn_risk_contract_churned'
            when days_since_contract_end is not null then 'churn_risk_contract_ended'
            -- buyers
            when population_status = 'too_few_repeaters' then 'churn_risk_too_few_repeaters'
            when population_status <> 'sufficient' then 'churn_risk_too_little_history'
            else order_bands.rule_id
        end as churn_risk_rule_id
    from {{ ref('int_customer_churn_facts_as_of') }} as facts
    cross join declared
    cross join bounds
    inner join {{ ref('int_score_sufficiency') }} as sufficiency
        on facts.as_of_date = sufficiency.as_of_date
    inner join {{ ref('int_customer_churn_probabilities') }} as probabilities
        on facts.customer_id = probabilities.customer_id
    left join {{ ref('segment_rules') }} as order_bands
        on order_bands.scheme = 'churn_risk'
        and order_bands.kind = 'band'
        and order_bands.deciding_measure = 'probability_no_order_next_90_days'
        and probability_no_order_next_90_days >= coalesce(order_bands.lower_bound, probability_no_order_next_90_days)
        and (order_bands.upper_bound is null or probability_no_order_next_90_days < order_bands.upper_bound)
    left join {{ ref('segment_rules') }} as contract_bands
        on contract_bands.scheme = 'churn_risk'
        and contract_bands.kind = 'band'
        and contract_bands.deciding_measure = 'probability_contract_end_next_90_days'
        and probability_contract_end_next_90_days >= coalesce(contract_bands.lower_bound, probability_contract_end_next_90_days)
        and (contract_bands.upper_bound is null or probability_contract_end_next_90_days < contract_bands.upper_bound)
    where facts.is_current
)

select
    decided.*,
    rules.segment as churn_risk_segment
from decided
inner join {{ ref('segment_rules') }} as rules
    on decided.churn_risk_rule_id = rules.rule_id
