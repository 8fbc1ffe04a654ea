-- every feature of the clustering stands in the list at its place and has words for both directions, and nothing else has
with

wanted as (
    {%- for feature in cluster_features() %}
    {%- for direction in ['high', 'low'] %}
    select {{ cluster_features().index(feature) + 1 }} as position, '{{ feature }}' as feature, '{{ direction }}' as direction
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

found as (
    select
        coalesce(features.feature, words.feature) as feature,
        features.position,
        words.direction
    from {{ ref('cluster_features') }} as features
    full outer join {{ ref('persona_words') }} as words
        on features.feature = words.feature
)

select
    wanted.feature as wanted_feature,
    found.feature as found_feature,
    coalesce(wanted.direction, found.direction) as direction
from wanted
full outer join found
    on wanted.feature = found.feature
    and wanted.direction = found.direction
where wanted.feature is null
    or found.feature is null
    or found.position is null
    or wanted.position <> found.position
