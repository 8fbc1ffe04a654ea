-- one row per cluster and feature: the cluster's mean beside everybody's, in the feature's own unit, and how far apart
-- they are in standard deviations of the transformed feature
with

assigned as (
    select
        distances.cluster_id,
        features.*
    from {{ ref('int_cluster_distances') }} as distances
    inner join {{ ref('int_cluster_features') }} as features
        on distances.customer_id = features.customer_id
),

means as (
    {%- for feature in cluster_features() %}
    select cluster_id, '{{ feature }}' as feature, avg({{ feature }}) as cluster_mean, count(*) as customers_count
    from assigned
    group by cluster_id
    union all
    select cast(null as {{ dbt.type_bigint() }}) as cluster_id, '{{ feature }}' as feature, avg({{ feature }}) as cluster_mean, count(*) as customers_count
    from assigned
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

centroids as (
    select
        cluster_id,
        feature,
        value as standardised_difference
    from {{ ref('fit_clusters') }}
    where part = 'centroid'
)

select
    spine.as_of_date,
    cast(means.cluster_id as {{ dbt.type_int() }}) as cluster_id,
    means.feature,
    means.customers_count,
    means.cluster_mean,
    base.cluster_mean as base_mean,
    centroids.standardised_difference
from means
inner join means as base
    on means.feature = base.feature
    and base.cluster_id is null
inner join centroids
    on means.cluster_id = centroids.cluster_id
    and means.feature = centroids.feature
cross join {{ ref('int_as_of_dates') }} as spine
where spine.is_current
