-- one row: how each feature is transformed before distances are measured
select
    {%- for feature in cluster_features() %}
    {%- for measure in ['is_log', 'lower_bound', 'upper_bound', 'mean', 'standard_deviation'] %}
    max(case when feature = '{{ feature }}' and measure = '{{ measure }}' then value end) as {{ feature }}_{{ measure }},
    {%- endfor %}
    {%- endfor %}
    max(status) as fit_status
from {{ ref('fit_clusters') }}
where part = 'transform'
