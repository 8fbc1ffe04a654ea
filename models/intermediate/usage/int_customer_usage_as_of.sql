-- one row per customer and as-of date: its users so far and those active lately, first and last day of use, and in the window of usage the
-- days, events and different features used. A window of n days is the n days up to and with the as-of date
with

-- each day with each as-of date it counts for, decided once for all customers
calendar as (
    select
        days.activity_date,
        spine.as_of_date,
        coalesce(days.activity_date > spine.previous_as_of_date, true) as is_since_previous_date,
        {{ days_between('days.activity_date', 'spine.as_of_date') }} < settings.usage_days as is_in_usage_window,
        {{ days_between('days.activity_date', 'spine.as_of_date') }} < settings.active_user_days as is_in_active_window
    from (select activity_date from {{ ref('int_customer_use_days') }} group by activity_date) as days
    inner join {{ ref('int_as_of_dates') }} as spine on days.activity_date <= spine.as_of_date
    cross join ({{ settings('usage', ['usage_days', 'active_user_days']) }}) as settings
),

cells as (
    select
        days.customer_id,
        calendar.as_of_date,
        count(distinct case when calendar.is_in_usage_window then days.activity_date end) as use_days_count,
        sum(case when calendar.is_in_usage_window then days.use_events_count else 0 end) as use_events_count,
        count(distinct case when calendar.is_in_active_window then nullif(days.user_id, '') end) as active_users_count,
        min(days.activity_date) as first_date,
        max(days.activity_date) as last_date
    from {{ ref('int_customer_use_days') }} as days
    inner join calendar
        on days.activity_date = calendar.activity_date
        and (calendar.is_since_previous_date or calendar.is_in_usage_window or calendar.is_in_active_window)
    group by days.customer_id, calendar.as_of_date
),

-- who signed up on no known day is known from the first use on, else today
user_starts as (
    select customer_id, user_id, min(started_date) as started_date
    from (
        select customer_id, user_id, coalesce(signed_up_date, trial_started_date) as started_date
        from {{ accepted_relation('users') | indent(8) }} as users
        union all
        select customer_id, user_id, activity_date as started_date from {{ ref('int_customer_use_days') }} where user_id <> ''
    ) as known
    where customer_id is not null
    group by customer_id, user_id
),

users as (
    select user_starts.customer_id, spine.as_of_date, count(*) as users_count, min(user_starts.started_date) as first_user_date
    from user_starts
    inner join {{ ref('int_as_of_dates') }} as spine
        on coalesce(user_starts.started_date <= spine.as_of_date, spine.is_current)
    group by user_starts.customer_id, spine.as_of_date
),

features as (
    {{ features_used() | indent(4) }}
),

to_date as (
    select
        customers.customer_id, customers.as_of_date, customers.is_current, cells.use_days_count, cells.use_events_count, cells.active_users_count,
        min(cells.first_date) over (partition by customers.customer_id order by customers.as_of_date) as first_use_date,
        max(cells.last_date) over (partition by customers.customer_id order by customers.as_of_date) as last_use_date
    from {{ ref('int_customers_as_of') }} as customers
    left join cells on customers.customer_id = cells.customer_id and customers.as_of_date = cells.as_of_date
)

select
    to_date.customer_id, to_date.as_of_date, to_date.is_current, to_date.first_use_date, to_date.last_use_date, users.first_user_date,
    {%- for measure in ['to_date.use_days_count', 'to_date.use_events_count', 'to_date.active_users_count', 'users.users_count', 'features.features_count'] %}
    cast(coalesce({{ measure }}, 0) as {{ dbt.type_bigint() }}) as {{ measure.split('.')[1] }},
    {%- endfor %}
    coalesce(rejected.first_rejected_date <= to_date.as_of_date, false) as has_rejected_usage,
    coalesce(rejected.first_rejected_user_date <= to_date.as_of_date, false) as has_rejected_users
from to_date
left join users on to_date.customer_id = users.customer_id and to_date.as_of_date = users.as_of_date
left join features on to_date.customer_id = features.customer_id and to_date.as_of_date = features.as_of_date
left join ({{ rejected_usage() | indent(4) }}) as rejected on to_date.customer_id = rejected.customer_id
