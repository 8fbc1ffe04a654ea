-- one row per customer with activity inside the habit window: the part of the day with most active hours, and the
-- share of active days on weekends
with

hours as (
    select
        customer_id,
        activity_date,
        local_hour
    from {{ ref('int_customer_active_hours') }}
),

daypart_hours as (
    select
        hours.customer_id,
        dayparts.daypart,
        count(*) as hours_count
    from hours
    inner join {{ ref('dayparts') }} as dayparts
        on hours.local_hour >= dayparts.start_hour
        and hours.local_hour < dayparts.end_hour
    group by hours.customer_id, dayparts.daypart
),

daypart_ranks as (
    select
        customer_id,
        daypart,
        hours_count,
        sum(hours_count) over (partition by customer_id) as active_hours_count,
        row_number() over (partition by customer_id order by hours_count desc, daypart) as position
    from daypart_hours
),

active_days as (
    select customer_id, activity_date from hours group by customer_id, activity_date
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
    coalesce(daypart_ranks.active_hours_count, 0) as habit_active_hours_count,
    daypart_ranks.daypart as main_daypart,
    daypart_ranks.hours_count / {{ double_literal('daypart_ranks.active_hours_count') }} as main_daypart_ratio,
    week.weekend_days_count / {{ double_literal('week.active_days_count') }} as weekend_ratio
from week
left join daypart_ranks
    on week.customer_id = daypart_ranks.customer_id
    and daypart_ranks.position = 1
