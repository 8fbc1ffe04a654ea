-- one row per buyer of today: the nearest centroid of the buyer's group, the smaller cluster_id on equal distance, and how
-- far the next one is
with

-- of each group how its features are transformed before distances are measured, and of each cluster its centre
fitted as (
    select
        cast(as_of_date as date) as as_of_date,
        persona_group,
        part,
        {%- for feature in cluster_features() %}
        {%- for measure in ['is_log', 'lower_bound', 'upper_bound', 'mean', 'standard_deviation', 'centroid'] %}
        max(case when feature = '{{ feature }}' and measure = '{{ measure }}' then value end) as {{ feature }}_{{ measure }},
        {%- endfor %}
        {%- endfor %}
        cast(cluster_id as {{ dbt.type_int() }}) as cluster_id
    from {{ ref('fit_clusters') }}
    where part in ('transform', 'centroid')
    group by as_of_date, persona_group, part, cluster_id
),

-- without clusters (nobody has habits yet) the buyer stands here all the same
transformed as (
    select
        features.customer_id,
        features.as_of_date,
        features.orders_count,
        features.has_habits,
        features.persona_group,
        {%- for feature in cluster_features() %}
        {%- set value = 'case when transform.' ~ feature ~ '_is_log = 1 then ln(1 + features.' ~ feature ~ ') else features.' ~ feature ~ ' end' %}
        (least(greatest({{ value }}, transform.{{ feature }}_lower_bound), transform.{{ feature }}_upper_bound)
            - transform.{{ feature }}_mean) / transform.{{ feature }}_standard_deviation as {{ feature }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_cluster_features') }} as features
    left join fitted as transform
        on features.as_of_date = transform.as_of_date
        and features.persona_group = transform.persona_group
        and transform.part = 'transform'
    where features.is_current
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
            {{ '+ ' if not loop.first }}power(transformed.{{ feature }} - centroids.{{ feature }}_centroid, 2)
            {%- endfor %}
        ) as distance_to_centroid
    from transformed
    left join fitted as centroids
        on transformed.as_of_date = centroids.as_of_date
        and transformed.persona_group = centroids.persona_group
        and centroids.part = 'centroid'
),

ranked as (
    select
        distances.*,
        lead(distance_to_centroid) over (partition by customer_id order by distance_to_centroid, cluster_id) as distance_to_next_centroid,
        row_number() over (partition by customer_id order by distance_to_centroid, cluster_id) as choice
    from distances
)

select *
from ranked
where choice = 1
