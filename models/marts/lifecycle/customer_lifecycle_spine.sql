-- one row per customer and as-of date: where the customer stands, by the first rule that fits
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

bounds as (
    {{ rule_bounds([
        'lifecycle_lead.upper', 'lifecycle_new.upper', 'lifecycle_onboarding.upper',
        'lifecycle_contract_won_back.upper', 'lifecycle_contract_won_back.also_lower',
        'lifecycle_contract_loyal.lower', 'lifecycle_contract_churned.lower',
        'lifecycle_once_active.upper', 'lifecycle_once_at_risk.upper', 'lifecycle_once_dormant.upper',
        'lifecycle_repeat_won_back.upper', 'lifecycle_repeat_won_back.also_lower',
        'lifecycle_repeat_loyal.upper', 'lifecycle_repeat_loyal.also_lower',
        'lifecycle_repeat_active.upper', 'lifecycle_repeat_at_risk.upper', 'lifecycle_repeat_dormant.upper',
    ]) }}
),

decided as (
    select
        measures.*,
        case
            when is_partner then 'lifecycle_not_applicable'
            when not (has_orders or has_subscriptions) then 'lifecycle_unknown'
            -- never bought
            when days_since_first_purchase is null and days_known is null then 'lifecycle_never_bought_undated'
            when days_since_first_purchase is null and days_known < lifecycle_lead_upper then 'lifecycle_lead'
            when days_since_first_purchase is null then 'lifecycle_never_bought'
            -- a contract that ended is the end, unless an order came after it
            when active_subscriptions_count = 0 and days_since_subscription_end >= lifecycle_contract_churned_lower
                and coalesce(last_order_date <= last_subscription_end_date, true) then 'lifecycle_contract_churned'
            when active_subscriptions_count = 0 and days_since_subscription_end is not null
                and coalesce(last_order_date <= last_subscription_end_date, true) then 'lifecycle_contract_at_risk'
            -- the first weeks of every customer
            when days_since_first_purchase < lifecycle_new_upper then 'lifecycle_new'
            when days_since_first_purchase < lifecycle_onboarding_upper then 'lifecycle_onboarding'
            -- a running contract
            when active_subscriptions_count > 0 and days_since_active_start < lifecycle_contract_won_back_upper
                and subscription_break_days >= lifecycle_contract_won_back_also_lower then 'lifecycle_contract_won_back'
            when active_subscriptions_count > 0 and days_since_first_purchase >= lifecycle_contract_loyal_lower then 'lifecycle_contract_loyal'
            when active_subscriptions_count > 0 then 'lifecycle_contract_active'
            -- bought once: the calendar decides, there is no rhythm yet
            when purchase_days_count = 1 and days_since_last_order < lifecycle_once_active_upper then 'lifecycle_once_active'
            when purchase_days_count = 1 and days_since_last_order < lifecycle_once_at_risk_upper then 'lifecycle_once_at_risk'
            when purchase_days_count = 1 and days_since_last_order < lifecycle_once_dormant_upper then 'lifecycle_once_dormant'
            when purchase_days_count = 1 then 'lifecycle_once_churned'
            -- bought again: the customer's own rhythm decides
            when days_since_last_order < lifecycle_repeat_won_back_upper and last_gap_days >= lifecycle_repeat_won_back_also_lower then 'lifecycle_repeat_won_back'
            when overdue_ratio < lifecycle_repeat_loyal_upper and frequency_score >= lifecycle_repeat_loyal_also_lower then 'lifecycle_repeat_loyal'
            when overdue_ratio < lifecycle_repeat_active_upper then 'lifecycle_repeat_active'
            when overdue_ratio < lifecycle_repeat_at_risk_upper then 'lifecycle_repeat_at_risk'
            when overdue_ratio < lifecycle_repeat_dormant_upper then 'lifecycle_repeat_dormant'
            else 'lifecycle_repeat_churned'
        end as lifecycle_rule_id
    from {{ ref('int_customer_lifecycle_measures_as_of') }} as measures
    cross join declared
    cross join bounds
)

select
    decided.customer_id,
    decided.as_of_date,
    decided.is_current,
    rules.segment as lifecycle_segment,
    decided.lifecycle_rule_id,
    decided.days_known,
    decided.days_since_first_purchase,
    decided.days_since_last_order,
    decided.overdue_ratio,
    decided.days_since_subscription_end,
    decided.days_since_active_start
from decided
inner join {{ ref('segment_rules') }} as rules
    on decided.lifecycle_rule_id = rules.rule_id
