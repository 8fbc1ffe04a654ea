-- one row per group: how each feature is transformed today before distances are measured
select
    persona_group,
    {%- for feature in cluster_features() %}
    {%- for measure in ['is_log', 'lower_bound', 'upper_bound', 'mean', 'standard_deviation'] %}
    max(case when feature = '{{ feature }}' and measure = '{{ measure }}' then value end) as {{ feature }}_{{ measure }},
    {%- endfor %}
    {%- endfor %}
    max(status) as fit_status
from {{ ref('int_cluster_fits') }}
where part = 'transform'
    and is_current
group by persona_group
