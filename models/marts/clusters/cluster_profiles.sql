-- one row per cluster and feature: the cluster's mean beside everybody's, in the feature's own unit, and how far apart
-- they are in standard deviations of the transformed feature. Only customers whose habits can be seen count.
with

assigned as (
    select
        distances.cluster_id,
        features.*
    from {{ ref('int_cluster_distances') }} as distances
    inner join {{ ref('int_cluster_features') }} as features
        on distances.customer_id = features.customer_id
        and distances.as_of_date = features.as_of_date
    where distances.has_habits
),

means as (
    {%- for feature in cluster_features() %}
    select cluster_id, '{{ feature }}' as feature, avg({{ exact_summand(feature) }}) as cluster_mean, count(*) as customers_count
    from assigned
    group by cluster_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- everybody: the group; of the group `all`, everybody indeed
bases as (
    {%- for feature in cluster_features() %}
    select persona_group, '{{ feature }}' as feature, avg({{ exact_summand(feature) }}) as base_mean
    from assigned
    where persona_group <> 'all'
    group by persona_group
    union all
    select 'all' as persona_group, '{{ feature }}' as feature, avg({{ exact_summand(feature) }}) as base_mean
    from assigned
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    spine.as_of_date,
    cast(centroids.cluster_id as {{ dbt.type_int() }}) as cluster_id,
    centroids.persona_group,
    centroids.feature,
    features.feature_label,
    cast(coalesce(means.customers_count, 0) as {{ dbt.type_bigint() }}) as customers_count,
    means.cluster_mean,
    bases.base_mean,
    centroids.value as standardised_difference
from {{ ref('fit_clusters') }} as centroids
inner join {{ ref('int_as_of_dates') }} as spine
    on cast(centroids.as_of_date as date) = spine.as_of_date
    and spine.is_current
left join means
    on centroids.cluster_id = means.cluster_id
    and centroids.feature = means.feature
left join bases
    on centroids.persona_group = bases.persona_group
    and centroids.feature = bases.feature
left join {{ ref('cluster_features') }} as features
    on centroids.feature = features.feature
where centroids.part = 'centroid'
