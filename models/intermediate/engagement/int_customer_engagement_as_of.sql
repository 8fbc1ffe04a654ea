{#- who clicked has opened: such a day counts as one of clicks -#}
{%- set actions = {'click': 'is_click = 1', 'open': 'is_open = 1 and is_click = 0', 'product': 'is_product = 1', 'social': 'is_social = 1'} -%}
-- one row per customer and as-of date: days with clicks, opens, product events and social interactions in the windows of level and social
-- activity, the last day of any of them, and whether a row could not be used. A day counts once for each kind of action
with

days as (
    {{ engagement_days() }}
),

calendar as (
    select
        days.activity_date,
        spine.as_of_date,
        coalesce(days.activity_date > spine.previous_as_of_date, true) as is_since_previous_date,
        {{ days_between('days.activity_date', 'spine.as_of_date') }} < settings.level_days as is_in_level_window,
        {{ days_between('days.activity_date', 'spine.as_of_date') }} < settings.social_days as is_in_social_window
    from (select activity_date from days group by activity_date) as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on days.activity_date <= spine.as_of_date
    cross join ({{ settings('engagement', ['level_days', 'social_days']) }}) as settings
),

cells as (
    select
        days.customer_id,
        calendar.as_of_date,
        {%- for action, counts in actions.items() %}
        sum(case when calendar.is_in_level_window and {{ counts }} then 1 else 0 end) as level_{{ action }}_days_count,
        {%- endfor %}
        sum(case when calendar.is_in_social_window then days.is_social else 0 end) as social_days_count,
        max(days.activity_date) as last_date,
        max(case when days.is_product + days.is_social > 0 then days.activity_date end) as last_date_beside_mail,
        max(case when days.is_social = 1 then days.activity_date end) as last_social_date
    from days
    inner join calendar
        on days.activity_date = calendar.activity_date
        and (calendar.is_since_previous_date or calendar.is_in_level_window or calendar.is_in_social_window)
    group by days.customer_id, calendar.as_of_date
),

-- what was last holds until the next cell, its counts for its own date
ranges as (
    select
        cells.*,
        coalesce(lead(as_of_date) over (partition by customer_id order by as_of_date), cast('9999-12-31' as date)) as until_date
        {%- for last in ['last_date', 'last_date_beside_mail', 'last_social_date'] %},
        max({{ last }}) over (partition by customer_id order by as_of_date) as {{ last }}_so_far
        {%- endfor %}
    from cells
),

rejected as (
    {{ rejected_engagement() }}
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    {%- for kind in ['', 'mail_', 'product_', 'social_'] %}
    coalesce(rejected.first_rejected_{{ kind }}date <= customers.as_of_date, false) as has_rejected_{{ kind or 'engagement_' }}rows,
    {%- endfor %}
    {%- for measure in ['level_click', 'level_open', 'level_product', 'level_social', 'social'] %}
    case when customers.as_of_date = ranges.as_of_date then ranges.{{ measure }}_days_count else 0 end as {{ measure }}_days_count,
    {%- endfor %}
    ranges.last_date_so_far as last_engagement_date,
    ranges.last_date_beside_mail_so_far as last_engagement_beside_mail_date,
    ranges.last_social_date_so_far as last_social_date
from {{ ref('int_customers_as_of') }} as customers
left join ranges
    on customers.customer_id = ranges.customer_id
    and customers.as_of_date >= ranges.as_of_date
    and customers.as_of_date < ranges.until_date
left join rejected
    on customers.customer_id = rejected.customer_id
