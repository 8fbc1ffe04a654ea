-- one row per customer and as-of date: rhythm, renewal, reason of cancelling and loyalty, all from facts up to the date
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

bounds as (
    {{ rule_bounds([
        'loyalty_contract_long_term.lower', 'loyalty_contract_loyal.lower', 'loyalty_contract_repeat.lower',
        'loyalty_long_term.lower', 'loyalty_long_term.also_lower', 'loyalty_loyal.lower', 'loyalty_loyal.also_lower',
        'loyalty_repeat.lower', 'loyalty_new.upper',
    ]) }}
),

decided as (
    select
        facts.*,
        case
            when not has_orders then 'rhythm_risk_unknown'
            when purchase_days_count = 0 then 'rhythm_risk_not_applicable'
            when purchase_days_count < minimum_own_purchase_days_count then 'rhythm_risk_too_little_history'
            else rhythm_bands.rule_id
        end as rhythm_risk_rule_id,
        case
            when not has_subscriptions then 'renewal_window_unknown'
            when not has_had_contract then 'renewal_window_no_contract'
            when not has_contract then 'renewal_window_ended'
            when days_to_renewal is null then 'renewal_window_undated'
            else renewal_bands.rule_id
        end as renewal_window_rule_id,
        case
            when not has_subscriptions then 'cancellation_reason_unknown'
            when not has_had_contract then 'cancellation_reason_no_contract'
            when has_contract then 'cancellation_reason_not_cancelled'
            else concat('cancellation_reason_', cancellation_reason_category)
        end as cancellation_reason_rule_id,
        case
            when not (has_orders or has_subscriptions) then 'loyalty_unknown'
            when first_purchase_date is null then 'loyalty_not_applicable'
            when has_had_contract and relationship_days >= loyalty_contract_long_term_lower then 'loyalty_contract_long_term'
            when has_had_contract and relationship_days >= loyalty_contract_loyal_lower then 'loyalty_contract_loyal'
            when relationship_days >= loyalty_long_term_lower and purchase_days_count >= loyalty_long_term_also_lower then 'loyalty_long_term'
            when relationship_days >= loyalty_loyal_lower and purchase_days_count >= loyalty_loyal_also_lower then 'loyalty_loyal'
            when has_had_contract and relationship_days >= loyalty_contract_repeat_lower then 'loyalty_contract_repeat'
            when purchase_days_count >= loyalty_repeat_lower then 'loyalty_repeat'
            when days_since_first_purchase < loyalty_new_upper then 'loyalty_new'
            else 'loyalty_one_time'
        end as loyalty_rule_id
    from {{ ref('int_customer_churn_facts_as_of') }} as facts
    cross join declared
    cross join bounds
    inner join {{ ref('int_score_sufficiency') }} as sufficiency
        on facts.as_of_date = sufficiency.as_of_date
    left join {{ ref('segment_rules') }} as rhythm_bands
        on rhythm_bands.scheme = 'rhythm_risk'
        and rhythm_bands.kind = 'band'
        and facts.overdue_ratio >= coalesce(rhythm_bands.lower_bound, facts.overdue_ratio)
        and (rhythm_bands.upper_bound is null or facts.overdue_ratio < rhythm_bands.upper_bound)
    left join {{ ref('segment_rules') }} as renewal_bands
        on renewal_bands.scheme = 'renewal_window'
        and renewal_bands.kind = 'band'
        and facts.days_to_renewal >= coalesce(renewal_bands.lower_bound, facts.days_to_renewal)
        and (renewal_bands.upper_bound is null or facts.days_to_renewal < renewal_bands.upper_bound)
)

select
    decided.*,
    {%- for scheme in ['rhythm_risk', 'renewal_window', 'cancellation_reason', 'loyalty'] %}
    {{ scheme }}_rules.segment as {{ scheme }}_segment{{ ',' if not loop.last }}
    {%- endfor %}
from decided
{%- for scheme in ['rhythm_risk', 'renewal_window', 'cancellation_reason', 'loyalty'] %}
inner join {{ ref('segment_rules') }} as {{ scheme }}_rules
    on decided.{{ scheme }}_rule_id = {{ scheme }}_rules.rule_id
{%- endfor %}
