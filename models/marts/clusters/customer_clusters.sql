-- one row per customer: the cluster of habits it is nearest to; a cluster stays provisional until it has persisted
with

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers_as_of') }}
    where is_current
),

declared as (
    {{ declared_flags(['orders']) }}
),

settings as (
    {{ persona_settings(['outlier_distance_multiple']) }}
),

labelled as (
    select
        customers.customer_id,
        customers.as_of_date,
        distances.orders_count,
        distances.persona_group,
        distances.cluster_id,
        distances.distance_to_centroid,
        distances.distance_to_next_centroid,
        coalesce(distances.distance_to_centroid > settings.outlier_distance_multiple * stability.typical_distance, false) as is_outlier,
        case
            when not declared.has_orders then 'unknown'
            when distances.orders_count is null then 'not_applicable'
            when not distances.has_habits then 'too_few_orders'
            when stability.promotion_status = 'persona' then concat('persona_', cast(distances.cluster_id as {{ dbt.type_string() }}))
            else concat('provisional_cluster_', cast(distances.cluster_id as {{ dbt.type_string() }}))
        end as persona_segment
    from customers
    cross join declared
    cross join settings
    left join {{ ref('int_cluster_distances') }} as distances
        on customers.customer_id = distances.customer_id
    left join {{ ref('cluster_stability') }} as stability
        on distances.cluster_id = stability.cluster_id
)

select
    customer_id,
    as_of_date,
    persona_group,
    cluster_id,
    distance_to_centroid,
    distance_to_next_centroid,
    is_outlier,
    cast(orders_count as {{ dbt.type_bigint() }}) as orders_count,
    persona_segment,
    concat('persona_', persona_segment) as persona_rule_id
from labelled
