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

bounds as (
    {{ rule_bounds(['persona_too_few_orders.upper']) }}
),

labelled as (
    select
        customers.customer_id,
        customers.as_of_date,
        distances.orders_count,
        distances.cluster_id,
        distances.distance_to_centroid,
        distances.distance_to_next_centroid,
        case
            when not declared.has_orders then 'unknown'
            when distances.orders_count is null then 'not_applicable'
            when distances.orders_count < bounds.persona_too_few_orders_upper then 'too_few_orders'
            else concat('provisional_cluster_', cast(distances.cluster_id as {{ dbt.type_string() }}))
        end as persona_segment
    from customers
    cross join declared
    cross join bounds
    left join {{ ref('int_cluster_distances') }} as distances
        on customers.customer_id = distances.customer_id
)

select
    customer_id,
    as_of_date,
    cast(cluster_id as {{ dbt.type_int() }}) as cluster_id,
    distance_to_centroid,
    distance_to_next_centroid,
    cast(orders_count as {{ dbt.type_bigint() }}) as orders_count,
    persona_segment,
    concat('persona_', persona_segment) as persona_rule_id
from labelled
