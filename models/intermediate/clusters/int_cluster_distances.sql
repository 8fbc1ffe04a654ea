-- one row per buyer of today: the nearest centroid of the buyer's group, the smaller cluster_id on equal distance, and how
-- far the next one is
with

transformed as (
    select
        features.customer_id,
        features.as_of_date,
        features.orders_count,
        groups.has_habits,
        groups.persona_group,
        {%- for feature in cluster_features() %}
        {%- set value = 'case when transform.' ~ feature ~ '_is_log = 1 then ln(1 + features.' ~ feature ~ ') else features.' ~ feature ~ ' end' %}
        (least(greatest({{ value }}, transform.{{ feature }}_lower_bound), transform.{{ feature }}_upper_bound)
            - transform.{{ feature }}_mean) / transform.{{ feature }}_standard_deviation as {{ feature }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_cluster_features') }} as features
    inner join {{ ref('int_persona_groups') }} as groups
        on features.customer_id = groups.customer_id
        and features.as_of_date = groups.as_of_date
    -- without clusters (nobody has habits yet) the buyer stands here all the same
    left join {{ ref('int_cluster_transform') }} as transform
        on groups.persona_group = transform.persona_group
    where groups.is_current
),

distances as (
    select
        transformed.customer_id,
        transformed.as_of_date,
        transformed.orders_count,
        transformed.has_habits,
        transformed.persona_group,
        centroids.cluster_id,
        sqrt(
            {%- for feature in cluster_features() %}
            {{ '+ ' if not loop.first }}power(transformed.{{ feature }} - centroids.{{ feature }}, 2)
            {%- endfor %}
        ) as distance_to_centroid
    from transformed
    left join {{ ref('int_cluster_centroids') }} as centroids
        on transformed.persona_group = centroids.persona_group
),

ranked as (
    select
        distances.*,
        lead(distance_to_centroid) over (partition by customer_id order by distance_to_centroid, cluster_id) as distance_to_next_centroid,
        row_number() over (partition by customer_id order by distance_to_centroid, cluster_id) as choice
    from distances
)

select
    customer_id,
    as_of_date,
    orders_count,
    has_habits,
    persona_group,
    cluster_id,
    distance_to_centroid,
    distance_to_next_centroid
from ranked
where choice = 1
