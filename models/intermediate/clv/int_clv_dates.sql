-- the current as-of date, and the earlier ones with enough of a population, at which the models are judged on the time since
with

numbered as (
    select
        as_of_date,
        is_current,
        row_number() over (order by as_of_date desc) - 1 as months_before,
        max(as_of_date) over () as last_as_of_date
    from {{ ref('int_as_of_dates') }}
)

select
    numbered.as_of_date,
    numbered.is_current,
    numbered.last_as_of_date as holdout_end_date,
    {{ days_between('numbered.as_of_date', 'numbered.last_as_of_date') }} as holdout_days,
    {{ dbt.dateadd('day', '-1 * ' ~ days_between('numbered.as_of_date', 'numbered.last_as_of_date'), 'numbered.as_of_date') }} as previous_start_date
from numbered
left join {{ ref('backtest_dates') }} as backtest_dates
    on numbered.months_before = backtest_dates.months_before
left join {{ ref('int_score_sufficiency') }} as sufficiency
    on numbered.as_of_date = sufficiency.as_of_date
where numbered.is_current
    or (backtest_dates.months_before is not null and sufficiency.population_status = 'sufficient')
