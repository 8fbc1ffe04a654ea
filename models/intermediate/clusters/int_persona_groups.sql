-- one row per buyer and persona date: the group the buyer is clustered in. A group with too few customers whose habits
-- can be seen today has no clusters of its own; its customers go to the clusters of everybody, at every date.
with

bounds as (
    {{ rule_bounds(['persona_too_few_orders.upper']) }}
),

settings as (
    {{ persona_settings(['fewest_group_customers_count']) }}
),

buyers as (
    select
        features.customer_id,
        features.as_of_date,
        dates.is_current,
        features.orders_count >= bounds.persona_too_few_orders_upper as has_habits,
        coalesce(
            case '{{ persona_group() }}'
                when 'customer_type' then customers.customer_type
                when 'lifecycle_group' then lifecycle_groups.persona_group
            end,
            'all'
        ) as wanted_group
    from {{ ref('int_cluster_features') }} as features
    cross join bounds
    inner join {{ ref('int_persona_dates') }} as dates
        on features.as_of_date = dates.as_of_date
    inner join {{ ref('int_customers_accepted') }} as customers
        on features.customer_id = customers.customer_id
    -- the stage of the date, so that a group holds who was in it then
    left join {{ ref('lifecycle_labels') }} as stages
        on features.customer_id = stages.customer_id
        and features.as_of_date = stages.as_of_date
    left join {{ ref('persona_lifecycle_groups') }} as lifecycle_groups
        on stages.segment = lifecycle_groups.lifecycle_segment
),

sizes as (
    select
        wanted_group,
        count(*) as customers_count
    from buyers
    where is_current
        and has_habits
    group by wanted_group
)

select
    buyers.customer_id,
    buyers.as_of_date,
    buyers.is_current,
    buyers.has_habits,
    case
        when sizes.customers_count >= settings.fewest_group_customers_count then buyers.wanted_group
        else 'all'
    end as persona_group
from buyers
cross join settings
left join sizes
    on buyers.wanted_group = sizes.wanted_group
