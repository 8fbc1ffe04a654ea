-- one row per customer and as-of date: value tier by the value to date, Pareto class by that of the last 365 days
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

placed as (
    select
        customer_values.*,
        shares.revenue_above_ratio,
        tiers.lower_amount as tier_lower_amount,
        tiers.upper_amount as tier_upper_amount,
        case
            when not (declared.has_orders or declared.has_subscriptions) then 'value_tier_unknown'
            when customer_values.historic_value_amount <= 0 then 'value_tier_no_value'
            else concat('value_tier_', tiers.level)
        end as value_tier_rule_id,
        case
            when not (declared.has_orders or declared.has_subscriptions) then 'pareto_class_unknown'
            when customer_values.value_last_365_days_amount <= 0 then 'pareto_class_zero'
            else bands.rule_id
        end as pareto_class_rule_id
    from {{ ref('int_customer_values_as_of') }} as customer_values
    cross join declared
    -- above the lower cut point, up to and including the upper one: the top tier is never larger than its name says
    left join {{ ref('value_cut_points') }} as tiers
        on customer_values.as_of_date = tiers.as_of_date
        and tiers.scheme = 'value_tier'
        and customer_values.historic_value_amount > 0
        and (tiers.lower_amount is null or customer_values.historic_value_amount > tiers.lower_amount)
        and (tiers.upper_amount is null or customer_values.historic_value_amount <= tiers.upper_amount)
    left join {{ ref('int_value_revenue_shares') }} as shares
        on customer_values.as_of_date = shares.as_of_date
        and customer_values.value_last_365_days_amount = shares.value_last_365_days_amount
    left join {{ ref('old_segment_rules') }} as bands
        on bands.scheme = 'pareto_class'
        and bands.kind = 'band'
        and shares.revenue_above_ratio >= coalesce(bands.lower_bound, shares.revenue_above_ratio)
        and (bands.upper_bound is null or shares.revenue_above_ratio < bands.upper_bound)
)

select
    placed.customer_id,
    placed.as_of_date,
    placed.is_current,
    tier_rules.segment as value_tier_segment,
    placed.value_tier_rule_id,
    pareto_rules.segment as pareto_class_segment,
    placed.pareto_class_rule_id,
    placed.historic_value_amount,
    placed.value_last_365_days_amount,
    placed.revenue_above_ratio,
    placed.tier_lower_amount,
    placed.tier_upper_amount
from placed
inner join {{ ref('old_segment_rules') }} as tier_rules
    on placed.value_tier_rule_id = tier_rules.rule_id
inner join {{ ref('old_segment_rules') }} as pareto_rules
    on placed.pareto_class_rule_id = pareto_rules.rule_id
