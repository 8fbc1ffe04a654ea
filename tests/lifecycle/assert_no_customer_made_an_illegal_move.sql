-- From one as-of date to the next no customer moves in a way that lifecycle_illegal_moves lists
with

moves as (
    select
        customer_id,
        segment as next_segment,
        lag(segment) over (partition by customer_id order by as_of_date) as segment
    from {{ ref('lifecycle_labels') }}
)

select concat(moves.segment, ' to ', moves.next_segment, ': ', min(illegal.reason), ' (', cast(count(*) as {{ dbt.type_string() }}), ' times)') as problem
from moves
inner join {{ ref('lifecycle_illegal_moves') }} as illegal
    on moves.segment = illegal.segment
    and moves.next_segment = illegal.next_segment
group by moves.segment, moves.next_segment
