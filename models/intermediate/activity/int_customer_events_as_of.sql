-- one row per customer and as-of date with product events up to that date. Totals to date are added up from the totals
-- between two dates of the spine; only the last 180 days are read day by day
with

days as (
    select
        customer_id,
        event_date,
        events_count
    from {{ ref('int_customer_event_days') }}
),

spine as (
    select
        as_of_date,
        {%- for window in [30, 90, 180] %}
        {{ days_before('as_of_date', window) }} as date_{{ window }}_days_before{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_as_of_dates') }}
),

{{ first_as_of_dates('days', 'event_date') }},

between_dates as (
    select
        days.customer_id,
        first_as_of_dates.first_as_of_date,
        min(days.event_date) as first_event_date,
        max(days.event_date) as last_event_date,
        count(*) as active_days_count,
        {{- narrow_sums('days', ['events_count']) }}
    from days
    inner join first_as_of_dates
        on days.event_date = first_as_of_dates.event_date
    group by days.customer_id, first_as_of_dates.first_as_of_date
),

totals as (
    select
        between_dates.customer_id,
        spine.as_of_date,
        min(between_dates.first_event_date) as first_event_date,
        max(between_dates.last_event_date) as last_event_date,
        {{- narrow_sums('between_dates', ['events_count', 'active_days_count']) }}
    from between_dates
    inner join spine
        on between_dates.first_as_of_date <= spine.as_of_date
    group by between_dates.customer_id, spine.as_of_date
),

windows as (
    select
        days.customer_id,
        spine.as_of_date,
        {%- for window in [30, 90] %}
        sum(case when days.event_date > spine.date_{{ window }}_days_before then days.events_count end) as events_last_{{ window }}_days_count,
        sum(case when days.event_date > spine.date_{{ window }}_days_before then 1 end) as active_days_last_{{ window }}_days_count,
        {%- endfor %}
        sum(case when days.event_date <= spine.date_90_days_before then days.events_count end) as events_previous_90_days_count
    from days
    inner join spine
        on days.event_date <= spine.as_of_date
        and days.event_date > spine.date_180_days_before
    group by days.customer_id, spine.as_of_date
)

select
    totals.*,
    {%- for measure in [
        'events_last_30_days_count', 'active_days_last_30_days_count',
        'events_last_90_days_count', 'active_days_last_90_days_count', 'events_previous_90_days_count',
    ] %}
    cast(coalesce(windows.{{ measure }}, 0) as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {{ days_between('totals.last_event_date', 'totals.as_of_date') }} as days_since_last_event
from totals
left join windows
    on totals.customer_id = windows.customer_id
    and totals.as_of_date = windows.as_of_date
