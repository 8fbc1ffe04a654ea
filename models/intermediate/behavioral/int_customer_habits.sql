-- one row per customer with activity inside the habit window of the current as-of date: the part of the day with most active hours, and
-- the share of active days on weekends
with

dates as (
    select
        spine.as_of_date,
        cast({{ dbt.dateadd('day', '-settings.habit_days', 'spine.as_of_date') }} as date) as habit_before_date
    from {{ ref('int_as_of_dates') }} as spine
    cross join ({{ settings('behavior', ['habit_days']) }}) as settings
    where spine.is_current
),

moments as (
    select customer_id, occurred_date as activity_date, occurred_at from {{ ref('int_product_events_owned') }}
    union all
    select customer_id, ordered_date as activity_date, ordered_at as occurred_at from {{ ref('int_orders_valued') }}
),

-- an hour counts once however many clicks fell into it; a time of exactly midnight, here or in UTC, means that only the day was recorded
active_hours as (
    select
        moments.customer_id,
        moments.activity_date,
        case
            when {{ dbt.date_trunc('day', 'moments.occurred_at') }} <> moments.occurred_at
                and {{ start_of_day('moments.activity_date') }} <> moments.occurred_at
                then {{ local_hour('moments.occurred_at') }}
        end as local_hour
    from moments
    inner join dates
        on moments.activity_date <= dates.as_of_date
        and moments.activity_date > dates.habit_before_date
    group by moments.customer_id, moments.activity_date, local_hour
),

daypart_hours as (
    select
        active_hours.customer_id,
        dayparts.daypart,
        count(*) as hours_count,
        sum(count(*)) over (partition by active_hours.customer_id) as active_hours_count,
        row_number() over (partition by active_hours.customer_id order by count(*) desc, dayparts.daypart) as position
    from active_hours
    inner join {{ ref('dayparts') }} as dayparts
        on active_hours.local_hour >= dayparts.start_hour
        and active_hours.local_hour < dayparts.end_hour
    group by active_hours.customer_id, dayparts.daypart
),

active_days as (
    select customer_id, activity_date from active_hours group by customer_id, activity_date
),

week as (
    select
        active_days.customer_id,
        count(*) as active_days_count,
        sum(case when weekdays.is_weekend then 1 else 0 end) as weekend_days_count
    from active_days
    inner join {{ ref('weekdays') }} as weekdays
        on {{ iso_weekday('active_days.activity_date') }} = weekdays.iso_weekday
    group by active_days.customer_id
)

select
    week.customer_id,
    week.active_days_count as habit_active_days_count,
    coalesce(main.active_hours_count, 0) as habit_active_hours_count,
    main.daypart as main_daypart,
    main.hours_count / {{ double_literal('main.active_hours_count') }} as main_daypart_ratio,
    week.weekend_days_count / {{ double_literal('week.active_days_count') }} as weekend_ratio
from week
left join daypart_hours as main
    on week.customer_id = main.customer_id
    and main.position = 1
