-- each accepted event of a known customer or user counts once in the owned events, in the active days and in the behaviors, and those
-- of the last year in the published segments
with

spine as (
    select as_of_date
    from {{ ref('int_as_of_dates') }}
    where is_current
),

accepted as (
    select
        count(*) as events_count,
        sum(case when events.occurred_date <= spine.as_of_date and {{ days_between('events.occurred_date', 'spine.as_of_date') }} < 365 then 1 else 0 end) as events_of_a_year_count
    from {{ accepted_relation('product_events') | indent(4) }} as events
    cross join spine
    where events.customer_id is not null
        or events.user_id in (select user_id from {{ accepted_relation('users') | indent(4) }} as users where customer_id is not null)
),

steps as (
    select 'int_product_events_owned' as step, count(*) as events_count, false as is_of_a_year
    from {{ ref('int_product_events_owned') }}
    union all
    select 'int_customer_activity_days' as step, sum(events_count) as events_count, false as is_of_a_year
    from {{ ref('int_customer_activity_days') }}
    union all
    select 'int_customer_behavior_days' as step, sum(times_count) as events_count, false as is_of_a_year
    from {{ ref('int_customer_behavior_days') }}
    where behavior = 'any_event'
    union all
    select 'customer_behavioral_segments' as step, sum(events_last_365_days_count) as events_count, true as is_of_a_year
    from {{ ref('customer_behavioral_segments') }}
)

select
    steps.step,
    steps.events_count,
    accepted.events_count as accepted_events_count,
    accepted.events_of_a_year_count
from accepted
cross join steps
where coalesce(steps.events_count, 0) <> coalesce(case when steps.is_of_a_year then accepted.events_of_a_year_count else accepted.events_count end, 0)
