-- every feature of the clustering has words for both directions, and nothing else has
with

wanted as (
    {%- for feature in cluster_features() %}
    {%- for direction in ['high', 'low'] %}
    select '{{ feature }}' as feature, '{{ direction }}' as direction
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    wanted.feature as wanted_feature,
    words.feature as found_feature,
    coalesce(wanted.direction, words.direction) as direction
from wanted
full outer join {{ ref('persona_words') }} as words
    on wanted.feature = words.feature
    and wanted.direction = words.direction
where wanted.feature is null
    or words.feature is null
