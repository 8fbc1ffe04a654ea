{%- set schemes = survey_traits() + ['survey_coverage', 'style_preference', 'content_interest'] -%}
with

labels as (
    {{ wide_labels(ref('psychographic_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.main_style,
    {%- for measure in ['main_style_lines_count', 'style_lines_count', 'main_topic_days_count', 'content_days_count'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    facts.style_affinity_index,
    facts.main_topic_ratio
from {{ ref('psychographic_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
