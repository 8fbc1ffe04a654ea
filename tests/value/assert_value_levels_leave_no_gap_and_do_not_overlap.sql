-- every measure's levels, in order, end where the next begins; the first and the last are open
with

ordered as (
    select
        scheme,
        measure,
        level,
        lower_percentile,
        upper_percentile,
        lead(lower_percentile) over (partition by scheme, measure order by coalesce(lower_percentile, -1)) as next_lower_percentile,
        row_number() over (partition by scheme, measure order by coalesce(lower_percentile, -1)) as place
    from {{ ref('value_levels') }}
)

select concat('value_levels: the level ', level, ' of ', scheme, ', ', measure, ' leaves a gap or overlaps the next, or its lower percentile is not 1 to 99') as problem
from ordered
where coalesce(upper_percentile, -1) <> coalesce(next_lower_percentile, -1)
    or (place = 1) <> (lower_percentile is null)
    or lower_percentile not between 1 and 99
