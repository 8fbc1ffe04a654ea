-- one row per customer: value to date against predicted value, by the grid of both levels (primary segment)
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

levelled as (
    select
        lifetime_values.customer_id,
        lifetime_values.as_of_date,
        lifetime_values.has_purchased,
        lifetime_values.historic_value_amount,
        lifetime_values.predicted_clv_amount,
        -- nothing, or less than nothing after refunds, is low
        coalesce(historic.level, 'low') as historic_level,
        coalesce(predicted.level, 'low') as predicted_level,
        predicted.lower_amount as predicted_lower_amount,
        predicted.upper_amount as predicted_upper_amount
    from {{ ref('customer_lifetime_values') }} as lifetime_values
    left join {{ ref('value_cut_points') }} as historic
        on lifetime_values.as_of_date = historic.as_of_date
        and historic.scheme = 'primary_value'
        and historic.measure = 'historic_value_amount'
        and (historic.lower_amount is null or lifetime_values.historic_value_amount > historic.lower_amount)
        and (historic.upper_amount is null or lifetime_values.historic_value_amount <= historic.upper_amount)
    left join {{ ref('value_cut_points') }} as predicted
        on lifetime_values.as_of_date = predicted.as_of_date
        and predicted.scheme = 'primary_value'
        and predicted.measure = 'predicted_clv_amount'
        and lifetime_values.predicted_clv_amount >= 0
        and (predicted.lower_amount is null or lifetime_values.predicted_clv_amount > predicted.lower_amount)
        and (predicted.upper_amount is null or lifetime_values.predicted_clv_amount <= predicted.upper_amount)
),

decided as (
    select
        levelled.*,
        case
            when not (declared.has_orders or declared.has_subscriptions) then 'primary_value_unknown'
            when not levelled.has_purchased then 'primary_value_not_applicable'
            else concat('primary_value_', grid.segment)
        end as primary_value_rule_id
    from levelled
    cross join declared
    inner join {{ ref('value_grid') }} as grid
        on levelled.historic_level = grid.historic_level
        and levelled.predicted_level = grid.predicted_level
)

select
    decided.customer_id,
    decided.as_of_date,
    rules.segment as primary_value_segment,
    decided.primary_value_rule_id,
    decided.historic_value_amount,
    decided.predicted_clv_amount,
    case when decided.has_purchased then decided.historic_level end as historic_value_level,
    case when decided.has_purchased then decided.predicted_level end as predicted_value_level,
    decided.predicted_lower_amount,
    decided.predicted_upper_amount
from decided
inner join {{ ref('old_segment_rules') }} as rules
    on decided.primary_value_rule_id = rules.rule_id
