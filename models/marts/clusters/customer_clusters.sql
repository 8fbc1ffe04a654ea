with

labels as (
    {{ wide_labels(ref('clusters_labels'), ['persona']) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    facts.persona_group,
    facts.cluster_id,
    facts.distance_to_centroid,
    facts.distance_to_next_centroid,
    facts.is_outlier,
    cast(facts.orders_count as {{ dbt.type_bigint() }}) as orders_count,
    labels.persona_segment,
    labels.persona_rule_id
from {{ ref('clusters_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
