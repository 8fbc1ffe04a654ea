-- one row per cluster of today and feature in which it differs from everybody enough to be said, strongest first, with
-- the words for it
with

settings as (
    {{ persona_settings(['name_difference']) }}
),

differences as (
    select
        persona_group,
        cluster_id,
        feature,
        value as standardised_difference,
        case when value > 0 then 'high' else 'low' end as direction
    from {{ ref('int_cluster_fits') }}
    where part = 'centroid'
        and is_current
)

select
    differences.persona_group,
    differences.cluster_id,
    differences.feature,
    differences.standardised_difference,
    words.adjective,
    words.clause,
    words.measure,
    row_number() over (
        partition by differences.cluster_id order by abs(differences.standardised_difference) desc, differences.feature
    ) as position
from differences
cross join settings
inner join {{ ref('persona_words') }} as words
    on differences.feature = words.feature
    and differences.direction = words.direction
where abs(differences.standardised_difference) >= settings.name_difference
