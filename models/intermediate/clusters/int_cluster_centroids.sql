-- one row per cluster: its centre in transformed space
select
    cluster_id,
    {%- for feature in cluster_features() %}
    max(case when feature = '{{ feature }}' then value end) as {{ feature }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('fit_clusters') }}
where part = 'centroid'
group by cluster_id
