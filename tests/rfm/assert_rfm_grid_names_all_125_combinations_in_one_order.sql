-- the grid is a partition: each combination of scores once, one name, and ranks 1 to 125 each once
with

scores as (
    {%- for score in range(1, 6) %}
    select {{ score }} as score
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

combinations as (
    select
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score
    from scores as recency
    cross join scores as frequency
    cross join scores as monetary
),

named as (
    select
        combinations.recency_score,
        combinations.frequency_score,
        combinations.monetary_score,
        count(grid.rfm_segment) as names_count
    from combinations
    left join {{ ref('rfm_grid') }} as grid
        on combinations.recency_score = grid.recency_score
        and combinations.frequency_score = grid.frequency_score
        and combinations.monetary_score = grid.monetary_score
    group by combinations.recency_score, combinations.frequency_score, combinations.monetary_score
)

select 'combination without exactly one name' as problem, recency_score, frequency_score, monetary_score
from named
where names_count <> 1
union all
select 'not 125 ranks from 1 to 125' as problem, null, null, null
from {{ ref('rfm_grid') }}
having count(*) <> 125 or count(distinct rfm_rank) <> 125 or min(rfm_rank) <> 1 or max(rfm_rank) <> 125
