-- bands of a scheme follow each other without a gap or an overlap, open at both ends
with

bands as (
    select
        scheme,
        deciding_measure,
        rule_id,
        lower_bound,
        upper_bound,
        lag(upper_bound) over (partition by scheme, deciding_measure order by lower_bound nulls first, rule_id) as previous_upper_bound,
        row_number() over (partition by scheme, deciding_measure order by lower_bound nulls first, rule_id) as position,
        count(*) over (partition by scheme, deciding_measure) as bands_count
    from {{ ref('old_segment_rules') }}
    where kind = 'band'
)

select *
from bands
where (position = 1 and lower_bound is not null)
    or (position > 1 and (lower_bound is null or previous_upper_bound is null or lower_bound <> previous_upper_bound))
    or (position = bands_count and upper_bound is not null)
    or lower_bound >= upper_bound
