-- one row per customer: the situation at the current date that decides the persona, beside the measures that explain it. Clusters are
-- fitted for today, so there are no earlier dates
with

customers as (
    select
        customer_id,
        as_of_date,
        is_current
    from {{ ref('int_customers_as_of') }}
    where is_current
),

declared as (
    {{ declared_flags(['orders']) }}
),

settings as (
    {{ settings('persona', ['fewest_orders_count', 'outlier_distance_multiple']) }}
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    distances.persona_group,
    distances.cluster_id,
    distances.distance_to_centroid,
    distances.distance_to_next_centroid,
    coalesce(distances.distance_to_centroid > settings.outlier_distance_multiple * stability.typical_distance, false) as is_outlier,
    distances.orders_count,
    settings.fewest_orders_count,
    case
        when not declared.has_orders then 'unknown'
        when distances.orders_count is null then 'not_applicable'
        when not distances.has_habits then 'too_few_orders'
        when stability.promotion_status = 'persona' then concat('persona_', cast(distances.cluster_id as {{ dbt.type_string() }}))
        else concat('provisional_cluster_', cast(distances.cluster_id as {{ dbt.type_string() }}))
    end as persona_situation
from customers
cross join declared
cross join settings
left join {{ ref('int_cluster_distances') }} as distances
    on customers.customer_id = distances.customer_id
left join {{ ref('cluster_stability') }} as stability
    on distances.cluster_id = stability.cluster_id
