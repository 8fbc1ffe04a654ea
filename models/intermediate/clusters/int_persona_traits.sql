-- one row per cluster of today and trait: the value most customers of the cluster share (of equals the first by name), and the share
-- of those for whom it is known
with

members as (
    select
        customer_id,
        cluster_id
    from {{ ref('int_cluster_distances') }}
    where has_habits
),

traits as (
    select customer_id, 'category' as trait, favorite_category as trait_value from {{ ref('int_customer_favorites') }}
    union all
    select customer_id, 'product' as trait, favorite_product_name as trait_value from {{ ref('int_customer_favorites') }}
    union all
    select
        customer_id,
        'channel' as trait,
        case
            when online_orders_ratio >= store_orders_ratio and online_orders_ratio >= assisted_orders_ratio then 'online'
            when store_orders_ratio >= assisted_orders_ratio then 'store'
            when channel_orders_count > 0 then 'assisted'
        end as trait_value
    from {{ ref('int_customer_order_channels') }}
    union all
    select customer_id, 'lifecycle' as trait, segment as trait_value from {{ ref('lifecycle_labels') }} where is_current
),

counted as (
    select
        members.cluster_id,
        traits.trait,
        traits.trait_value,
        count(*) as customers_count
    from members
    inner join traits
        on members.customer_id = traits.customer_id
    where traits.trait_value is not null
    group by members.cluster_id, traits.trait, traits.trait_value
),

ranked as (
    select
        cluster_id,
        trait,
        trait_value,
        customers_count / {{ double_literal('sum(customers_count) over (partition by cluster_id, trait)') }} as trait_ratio,
        row_number() over (partition by cluster_id, trait order by customers_count desc, trait_value) as position
    from counted
)

select
    cluster_id,
    trait,
    trait_value,
    trait_ratio
from ranked
where position = 1
