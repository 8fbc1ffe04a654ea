-- one row per as-of date, group, metric and quantile: the cut points that score, fitted or the company's own
with

settings as (
    select cut_points_source
    from {{ ref('int_rfm_settings') }}
),

fitted as (
    select
        fits.as_of_date,
        fits.rfm_group,
        fits.metric,
        fits.quantile,
        fits.probability,
        fits.cut_value,
        fits.distinct_values_count,
        fits.bins_count
    from {{ ref('fit_rfm_cut_points') }} as fits
    cross join settings
    where settings.cut_points_source = 'fitted'
),

ranges as (
    select
        percentiles.as_of_date,
        percentiles.metric,
        min(percentiles.value) as smallest_value,
        max(percentiles.value) as largest_value,
        max(percentiles.distinct_values_count) as distinct_values_count
    from {{ ref('int_rfm_value_percentiles') }} as percentiles
    cross join settings
    where settings.cut_points_source = 'own'
        and percentiles.rfm_group = 'all'
    group by percentiles.as_of_date, percentiles.metric
),

own as (
    select
        ranges.as_of_date,
        cuts.metric,
        cuts.quantile,
        cuts.cut_value,
        ranges.distinct_values_count,
        -- a cut point parts values only where some lie at or below it and some above; equal ones part once
        case
            when cuts.cut_value >= ranges.smallest_value and cuts.cut_value < ranges.largest_value
                and cuts.cut_value > coalesce(lag(cuts.cut_value) over (
                    partition by ranges.as_of_date, cuts.metric
                    order by cuts.quantile
                ), cuts.cut_value - 1) then 1
            else 0
        end as parts_count
    from ranges
    inner join {{ ref('rfm_own_cut_points') }} as cuts
        on ranges.metric = cuts.metric
)

select fitted.*, 'fitted' as source
from fitted
union all
select
    as_of_date,
    'all' as rfm_group,
    metric,
    quantile,
    cast(null as {{ type_double() }}) as probability,
    cut_value,
    distinct_values_count,
    least(
        1 + sum(parts_count) over (partition by as_of_date, metric),
        distinct_values_count
    ) as bins_count,
    'own' as source
from own
