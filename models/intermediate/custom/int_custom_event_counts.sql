-- one row per condition of a custom segment on an event, and customer of whom the event was ever seen by the as-of date: how often within the window;
-- of stopped how often in the window before, and 0 where it happened since
with

conditions as (
    select
        conditions.*,
        spine.as_of_date
    from {{ ref('int_custom_conditions') }} as conditions
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
    where conditions.kind = 'event'
),

counts as (
    select
        behaviors.customer_id,
        conditions.custom_segment,
        conditions.condition_number,
        conditions.operator,
        sum(case
            when conditions.window_days is null or {{ days_between('behaviors.activity_date', 'conditions.as_of_date') }} < conditions.window_days then behaviors.times_count
            else 0
        end) as window_count,
        sum(case
            when {{ days_between('behaviors.activity_date', 'conditions.as_of_date') }} between conditions.window_days and 2 * conditions.window_days - 1 then behaviors.times_count
            else 0
        end) as previous_window_count
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join conditions
        on behaviors.behavior = conditions.name
        and behaviors.activity_date <= conditions.as_of_date
    group by behaviors.customer_id, conditions.custom_segment, conditions.condition_number, conditions.operator
)

select
    customer_id,
    custom_segment,
    condition_number,
    cast(case
        when operator <> 'stopped' then window_count
        when window_count = 0 then previous_window_count
        else 0
    end as {{ dbt.type_bigint() }}) as times_count
from counts
