-- one row per customer and as-of date: first and last active day, active days in the windows of state and trend
with

-- a day is joined only to the few as-of dates whose windows hold it
windows as (
    select
        days.customer_id,
        dates.as_of_date,
        sum(case when days.activity_date > dates.interval_before_date then 1 else 0 end) as interval_active_days_count,
        sum(case
            when days.activity_date > dates.previous_interval_before_date and days.activity_date <= dates.interval_before_date then 1
            else 0
        end) as previous_interval_active_days_count,
        sum(case when days.activity_date > dates.trend_before_date then 1 else 0 end) as trend_active_days_count,
        sum(case
            when days.activity_date > dates.previous_trend_before_date and days.activity_date <= dates.trend_before_date then 1
            else 0
        end) as previous_trend_active_days_count
    from {{ ref('int_customer_activity_days') }} as days
    inner join {{ ref('int_behavior_windows') }} as dates
        on days.activity_date <= dates.as_of_date
        and days.activity_date > least(dates.previous_interval_before_date, dates.previous_trend_before_date)
    group by days.customer_id, dates.as_of_date
),

limits as (
    select
        customers.customer_id,
        customers.as_of_date,
        customers.is_current,
        least(events.first_event_date, purchases.first_order_date) as first_activity_date,
        greatest(events.last_event_date, purchases.last_order_date) as last_activity_date
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_customer_events_as_of') }} as events
        on customers.customer_id = events.customer_id
        and customers.as_of_date = events.as_of_date
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id
        and customers.as_of_date = purchases.as_of_date
)

select
    limits.customer_id,
    limits.as_of_date,
    limits.is_current,
    limits.first_activity_date,
    limits.last_activity_date,
    {{ days_between('limits.first_activity_date', 'limits.as_of_date') }} as days_since_first_activity,
    {{ days_between('limits.last_activity_date', 'limits.as_of_date') }} as days_since_last_activity,
    coalesce(windows.interval_active_days_count, 0) as interval_active_days_count,
    coalesce(windows.previous_interval_active_days_count, 0) as previous_interval_active_days_count,
    coalesce(windows.trend_active_days_count, 0) as trend_active_days_count,
    coalesce(windows.previous_trend_active_days_count, 0) as previous_trend_active_days_count
from limits
left join windows
    on limits.customer_id = windows.customer_id
    and limits.as_of_date = windows.as_of_date
