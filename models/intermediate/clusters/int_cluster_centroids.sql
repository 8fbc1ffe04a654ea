-- one row per cluster of today: its centre in the transformed space of its group
select
    persona_group,
    cluster_id,
    {%- for feature in cluster_features() %}
    max(case when feature = '{{ feature }}' then value end) as {{ feature }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('int_cluster_fits') }}
where part = 'centroid'
    and is_current
group by persona_group, cluster_id
