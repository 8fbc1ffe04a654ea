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

select concat('rfm_own_cut_points: the cut point of ', metric, ' falls at quantile ', quantile) as problem
from steps
where cut_value < previous_cut_value
union all
select concat('rfm_own_cut_points has ', count(*), ' rows; it must have 12') as problem
from steps
having count(*) <> 12
