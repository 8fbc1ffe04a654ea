-- one row per customer, day and hour with activity inside the habit window of the current as-of date: an hour counts
-- once however many clicks fell into it
with

-- a time of exactly midnight means that only the day was recorded
moments as (
    select
        customer_id,
        occurred_date as activity_date,
        case when {{ dbt.date_trunc('day', 'occurred_at') }} <> occurred_at then {{ local_hour('occurred_at') }} end as local_hour
    from {{ ref('int_product_events_owned') }}
    union all
    select
        customer_id,
        ordered_date as activity_date,
        case when {{ dbt.date_trunc('day', 'ordered_at') }} <> ordered_at then {{ local_hour('ordered_at') }} end as local_hour
    from {{ ref('int_orders_valued') }}
)

select
    moments.customer_id,
    moments.activity_date,
    moments.local_hour
from moments
inner join {{ ref('int_behavior_windows') }} as dates
    on dates.is_current
    and moments.activity_date <= dates.as_of_date
    and moments.activity_date > dates.habit_before_date
group by moments.customer_id, moments.activity_date, moments.local_hour
