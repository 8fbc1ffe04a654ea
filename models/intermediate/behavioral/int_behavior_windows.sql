-- one row per as-of date: the last day before each window of the behavioral rules (a window is the days after it, up
-- to the as-of date), and the other numbers of the seed behavior_settings
with

settings as (
    select
        {%- for setting in ['activity_interval_days', 'activity_trend_days', 'habit_days', 'intent_days', 'cart_wait_days', 'long_view_seconds', 'repeat_visit_days_count'] %}
        max(case when setting_key = '{{ setting }}' then setting_value end) as {{ setting }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('behavior_settings') }}
)

select
    spine.as_of_date,
    spine.is_current,
    settings.activity_interval_days,
    cast({{ dbt.dateadd('day', '-settings.activity_interval_days', 'spine.as_of_date') }} as date) as interval_before_date,
    cast({{ dbt.dateadd('day', '-2 * settings.activity_interval_days', 'spine.as_of_date') }} as date) as previous_interval_before_date,
    cast({{ dbt.dateadd('day', '-settings.activity_trend_days', 'spine.as_of_date') }} as date) as trend_before_date,
    cast({{ dbt.dateadd('day', '-2 * settings.activity_trend_days', 'spine.as_of_date') }} as date) as previous_trend_before_date,
    cast({{ dbt.dateadd('day', '-settings.habit_days', 'spine.as_of_date') }} as date) as habit_before_date,
    cast({{ dbt.dateadd('day', '-settings.intent_days', 'spine.as_of_date') }} as date) as intent_before_date,
    -- carts filled after this day may still become orders
    cast({{ dbt.dateadd('day', '-settings.cart_wait_days', 'spine.as_of_date') }} as date) as cart_wait_date,
    settings.cart_wait_days,
    settings.long_view_seconds,
    settings.repeat_visit_days_count
from {{ ref('int_as_of_dates') }} as spine
cross join settings
