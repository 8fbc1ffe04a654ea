{%- set months = deployment_setting('history_months') -%}
-- the spine: the last month-ends before the as-of date, and the as-of date itself
with

run_date as (
    select {{ as_of_date() }} as as_of_date
),

dates as (
    select as_of_date from run_date
    {%- for n in range(1, months + 1) %}
    union all
    select {{ last_day_months_before('as_of_date', n) }} from run_date
    {%- endfor %}
)

select
    as_of_date,
    as_of_date = max(as_of_date) over () as is_current,
    lag(as_of_date) over (order by as_of_date) as previous_as_of_date
from dates
