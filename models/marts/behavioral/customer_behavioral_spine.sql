-- one row per customer and as-of date: active or not against the interval before, and more or less active than before
with

declared as (
    {{ declared_flags(['orders', 'product_events']) }}
),

bounds as (
    {{ rule_bounds(['activity_trend_steady_few.also_upper', 'activity_trend_rising.lower', 'activity_trend_steady.lower']) }}
),

measures as (
    select
        activity.*,
        dates.activity_interval_days,
        trend_active_days_count + previous_trend_active_days_count as both_trend_active_days_count,
        -- 0.5: as many active days as in the window before; null: none in either
        trend_active_days_count / {{ double_literal('nullif(trend_active_days_count + previous_trend_active_days_count, 0)') }} as activity_trend_ratio
    from {{ ref('int_customer_activity_as_of') }} as activity
    inner join {{ ref('int_behavior_windows') }} as dates
        on activity.as_of_date = dates.as_of_date
),

decided as (
    select
        measures.*,
        case
            when not (has_orders or has_product_events) then 'activity_state_unknown'
            when first_activity_date is null then 'activity_state_never_active'
            when interval_active_days_count = 0 then 'activity_state_dormant'
            when days_since_first_activity < activity_interval_days then 'activity_state_new'
            when previous_interval_active_days_count > 0 then 'activity_state_current'
            else 'activity_state_resurrected'
        end as activity_state_rule_id,
        case
            when not (has_orders or has_product_events) then 'activity_trend_unknown'
            when both_trend_active_days_count = 0 then 'activity_trend_none'
            when previous_trend_active_days_count = 0 then 'activity_trend_started'
            when trend_active_days_count = 0 then 'activity_trend_stopped'
            when both_trend_active_days_count < activity_trend_steady_few_also_upper then 'activity_trend_steady_few'
            when activity_trend_ratio >= activity_trend_rising_lower then 'activity_trend_rising'
            when activity_trend_ratio >= activity_trend_steady_lower then 'activity_trend_steady'
            else 'activity_trend_falling'
        end as activity_trend_rule_id
    from measures
    cross join declared
    cross join bounds
)

select
    decided.customer_id,
    decided.as_of_date,
    decided.is_current,
    states.segment as activity_state_segment,
    decided.activity_state_rule_id,
    -- the interval is a setting, so these bounds are not constants of the rules
    case when states.segment = 'dormant' then decided.activity_interval_days end as activity_state_lower_bound,
    case when states.segment in ('new', 'current', 'resurrected') then decided.activity_interval_days end as activity_state_upper_bound,
    decided.first_activity_date,
    decided.last_activity_date,
    decided.days_since_first_activity,
    decided.days_since_last_activity,
    decided.interval_active_days_count,
    decided.previous_interval_active_days_count,
    trends.segment as activity_trend_segment,
    decided.activity_trend_rule_id,
    decided.trend_active_days_count,
    decided.previous_trend_active_days_count,
    decided.activity_trend_ratio
from decided
inner join {{ ref('old_segment_rules') }} as states
    on decided.activity_state_rule_id = states.rule_id
inner join {{ ref('old_segment_rules') }} as trends
    on decided.activity_trend_rule_id = trends.rule_id
