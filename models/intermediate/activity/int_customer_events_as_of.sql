-- one row per customer and as-of date with product events up to that date
with

spine as (
    select
        as_of_date,
        {%- for window in [30, 90, 180] %}
        {{ days_before('as_of_date', window) }} as date_{{ window }}_days_before{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_as_of_dates') }}
),

totals as (
    select
        days.customer_id,
        spine.as_of_date,
        min(days.event_date) as first_event_date,
        max(days.event_date) as last_event_date,
        cast(sum(days.events_count) as {{ dbt.type_bigint() }}) as events_count,
        count(*) as active_days_count,
        {%- for window in [30, 90] %}
        cast(sum(case when days.event_date > spine.date_{{ window }}_days_before then days.events_count else 0 end) as {{ dbt.type_bigint() }}) as events_last_{{ window }}_days_count,
        cast(sum(case when days.event_date > spine.date_{{ window }}_days_before then 1 else 0 end) as {{ dbt.type_bigint() }}) as active_days_last_{{ window }}_days_count,
        {%- endfor %}
        cast(sum(case when days.event_date > spine.date_180_days_before and days.event_date <= spine.date_90_days_before then days.events_count else 0 end) as {{ dbt.type_bigint() }}) as events_previous_90_days_count
    from {{ ref('int_customer_event_days') }} as days
    inner join spine
        on days.event_date <= spine.as_of_date
    group by days.customer_id, spine.as_of_date
)

select
    totals.*,
    {{ days_between('totals.last_event_date', 'totals.as_of_date') }} as days_since_last_event
from totals
