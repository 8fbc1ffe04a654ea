-- one row per cluster that differs from everybody: its three strongest differences as a sentence, in the units of the
-- features. Means can lie the other way round than the centres of the logarithms; such a difference is not told. The inner
-- rounding takes away last digits that depend on the order of adding.
with

figures as (
    select
        differences.cluster_id,
        differences.position,
        differences.measure,
        case when differences.feature like '%ratio' then 100 else 1 end as factor,
        case when differences.feature like '%ratio' then ' %' else '' end as unit,
        profiles.cluster_mean,
        profiles.base_mean
    from {{ ref('int_persona_differences') }} as differences
    inner join {{ ref('cluster_profiles') }} as profiles
        on differences.cluster_id = profiles.cluster_id
        and differences.feature = profiles.feature
    where (profiles.cluster_mean - profiles.base_mean) * differences.standardised_difference > 0
),

told as (
    select
        cluster_id,
        row_number() over (partition by cluster_id order by position) as position,
        concat(
            measure, ' ', cast(cast(round(factor * cluster_mean, 9) as decimal(18, 1)) as {{ dbt.type_string() }}), unit,
            ' (everybody ', cast(cast(round(factor * base_mean, 9) as decimal(18, 1)) as {{ dbt.type_string() }}), unit, ')'
        ) as words
    from figures
)

select
    cluster_id,
    concat_ws(
        ', ',
        max(case when position = 1 then concat(upper(substring(words, 1, 1)), substring(words, 2)) end),
        max(case when position = 2 then words end),
        max(case when position = 3 then words end)
    ) as difference_sentence
from told
group by cluster_id
