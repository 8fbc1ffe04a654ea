-- one row per customer and as-of date: first and last active day, active days in the windows of state and trend. A window of n days
-- is the n days up to and with the as-of date
with

settings as (
    {{ settings('behavior', ['activity_interval_days', 'activity_trend_days']) }}
),

-- each day with each as-of date it counts for, decided once for all customers
calendar as (
    select
        days.activity_date,
        spine.as_of_date,
        coalesce(days.activity_date > spine.previous_as_of_date, true) as is_since_previous_date,
        {{ days_between('days.activity_date', 'spine.as_of_date') }} as days_ago,
        settings.activity_interval_days,
        settings.activity_trend_days
    from (select activity_date from {{ ref('int_customer_activity_days') }} group by activity_date) as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on days.activity_date <= spine.as_of_date
    cross join settings
),

windows as (
    select
        days.customer_id,
        calendar.as_of_date,
        {%- for window in ['interval', 'trend'] %}
        sum(case when days_ago < activity_{{ window }}_days then 1 else 0 end) as {{ window }}_active_days_count,
        sum(case when days_ago >= activity_{{ window }}_days and days_ago < 2 * activity_{{ window }}_days then 1 else 0 end) as previous_{{ window }}_active_days_count{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_activity_days') }} as days
    inner join calendar
        on days.activity_date = calendar.activity_date
        and calendar.days_ago < 2 * greatest(calendar.activity_interval_days, calendar.activity_trend_days)
    group by days.customer_id, calendar.as_of_date
),

-- between two dates of the spine, which are far fewer than the days
between_dates as (
    select
        days.customer_id,
        calendar.as_of_date,
        min(days.activity_date) as first_activity_date,
        max(days.activity_date) as last_activity_date
    from {{ ref('int_customer_activity_days') }} as days
    inner join calendar
        on days.activity_date = calendar.activity_date
        and calendar.is_since_previous_date
    group by days.customer_id, calendar.as_of_date
),

to_date as (
    select
        customers.*,
        min(between_dates.first_activity_date) over (partition by customers.customer_id order by customers.as_of_date) as first_activity_date,
        max(between_dates.last_activity_date) over (partition by customers.customer_id order by customers.as_of_date) as last_activity_date
    from {{ ref('int_customers_as_of') }} as customers
    left join between_dates
        on customers.customer_id = between_dates.customer_id
        and customers.as_of_date = between_dates.as_of_date
)

select
    to_date.customer_id,
    to_date.as_of_date,
    to_date.is_current,
    to_date.has_rejected_orders,
    to_date.first_activity_date,
    to_date.last_activity_date,
    {{ days_between('to_date.first_activity_date', 'to_date.as_of_date') }} as days_since_first_activity,
    {{ days_between('to_date.last_activity_date', 'to_date.as_of_date') }} as days_since_last_activity,
    {%- for measure in ['interval_active_days_count', 'previous_interval_active_days_count', 'trend_active_days_count', 'previous_trend_active_days_count'] %}
    coalesce(windows.{{ measure }}, 0) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from to_date
left join windows
    on to_date.customer_id = windows.customer_id
    and to_date.as_of_date = windows.as_of_date
