-- one row per customer: the part of the day and of the week in which it is active
with

declared as (
    {{ declared_flags(['orders', 'product_events']) }}
),

bounds as (
    {{ rule_bounds([
        'habit_daypart_too_few.upper', 'habit_daypart_mixed.upper',
        'habit_week_too_few.upper', 'habit_week_weekend.lower', 'habit_week_mixed.lower',
    ]) }}
),

measures as (
    select
        customers.customer_id,
        coalesce(habits.habit_active_days_count, 0) as habit_active_days_count,
        coalesce(habits.habit_active_hours_count, 0) as habit_active_hours_count,
        habits.main_daypart,
        habits.main_daypart_ratio,
        habits.weekend_ratio
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_customer_habits') }} as habits
        on customers.customer_id = habits.customer_id
    where customers.is_current
),

decided as (
    select
        measures.*,
        case
            when not (has_orders or has_product_events) then 'habit_daypart_unknown'
            when habit_active_days_count = 0 then 'habit_daypart_inactive'
            when habit_active_hours_count = 0 then 'habit_daypart_unrecorded'
            when habit_active_hours_count < habit_daypart_too_few_upper then 'habit_daypart_too_few'
            when main_daypart_ratio < habit_daypart_mixed_upper then 'habit_daypart_mixed'
            else concat('habit_daypart_', main_daypart)
        end as habit_daypart_rule_id,
        case
            when not (has_orders or has_product_events) then 'habit_week_unknown'
            when habit_active_days_count = 0 then 'habit_week_inactive'
            when habit_active_days_count < habit_week_too_few_upper then 'habit_week_too_few'
            when weekend_ratio >= habit_week_weekend_lower then 'habit_week_weekend'
            when weekend_ratio >= habit_week_mixed_lower then 'habit_week_mixed'
            else 'habit_week_weekday'
        end as habit_week_rule_id
    from measures
    cross join declared
    cross join bounds
)

select
    decided.*,
    dayparts.segment as habit_daypart_segment,
    weeks.segment as habit_week_segment
from decided
inner join {{ ref('old_segment_rules') }} as dayparts
    on decided.habit_daypart_rule_id = dayparts.rule_id
inner join {{ ref('old_segment_rules') }} as weeks
    on decided.habit_week_rule_id = weeks.rule_id
