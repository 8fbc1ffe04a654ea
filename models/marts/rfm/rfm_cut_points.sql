-- one row per as-of date, group, metric and quantile: the cut points that score, fitted or the company's own
with

settings as (
    {{ rfm_settings() }}
),

ranges as (
    select
        as_of_date,
        metric,
        min(value) as smallest_value,
        max(value) as largest_value,
        max(distinct_values_count) as distinct_values_count
    from {{ ref('int_rfm_value_percentiles') }}
    where rfm_group = 'all'
    group by as_of_date, metric
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
),

cut_points as (
    select as_of_date, rfm_group, metric, quantile, probability, cut_value, distinct_values_count, bins_count, 'fitted' as source
    from {{ ref('fit_rfm_cut_points') }}
    union all
    select
        as_of_date,
        'all' as rfm_group,
        metric,
        quantile,
        null as probability,
        cut_value,
        distinct_values_count,
        least(1 + sum(parts_count) over (partition by as_of_date, metric), distinct_values_count) as bins_count,
        'own' as source
    from own
)

select
    cast(cut_points.as_of_date as date) as as_of_date,
    cut_points.rfm_group,
    cut_points.metric,
    cast(cut_points.quantile as {{ dbt.type_int() }}) as quantile,
    cast(cut_points.probability as {{ type_double() }}) as probability,
    cut_points.cut_value,
    cast(cut_points.distinct_values_count as {{ dbt.type_bigint() }}) as distinct_values_count,
    cast(cut_points.bins_count as {{ dbt.type_int() }}) as bins_count,
    cut_points.source
from cut_points
inner join settings
    on cut_points.source = settings.cut_points_source
