-- the stretches of the day neither overlap nor leave a gap: each begins where the one before ends, from 0 to 24
with

stretches as (
    select
        start_hour,
        end_hour,
        lag(end_hour) over (order by start_hour) as previous_end_hour,
        lead(start_hour) over (order by start_hour) as next_start_hour
    from {{ ref('dayparts') }}
)

select concat('seeds/reference/dayparts.csv: the stretch from ', start_hour, ' to ', end_hour, ' leaves a gap or overlaps another; together they run from 0 to 24') as problem
from stretches
where start_hour <> coalesce(previous_end_hour, 0)
    or (next_start_hour is null and end_hour <> 24)
    or start_hour >= end_hour
