-- four own cut points for each of the three metrics, each at least as high as the one before
with

steps as (
    select
        metric,
        quantile,
        cut_value,
        lag(cut_value) over (partition by metric order by quantile) as previous_cut_value
    from {{ ref('rfm_own_cut_points') }}
)

select 'falls' as problem, metric, quantile
from steps
where cut_value < previous_cut_value
union all
select 'not 12 cut points' as problem, null as metric, null as quantile
from steps
having count(*) <> 12
