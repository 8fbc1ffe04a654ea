-- one row per customer: where it likes to buy, and whether it sticks to one category
with

declared as (
    {{ declared_flags(['orders', 'order_items', 'products']) }}
),

bounds as (
    {{ rule_bounds([
        'purchase_channel_online.lower', 'purchase_channel_store.lower', 'purchase_channel_assisted.lower',
        'product_preference_too_few.upper', 'product_preference_focused.lower', 'product_preference_leaning.lower',
    ]) }}
),

measures as (
    select
        customers.customer_id,
        customers.as_of_date,
        coalesce(channels.orders_count, 0) as orders_count,
        coalesce(channels.channel_orders_count, 0) as channel_orders_count,
        channels.online_orders_ratio,
        channels.store_orders_ratio,
        channels.assisted_orders_ratio,
        greatest(channels.online_orders_ratio, channels.store_orders_ratio, channels.assisted_orders_ratio) as main_channel_ratio,
        coalesce(favorites.categorized_lines_count, 0) as categorized_lines_count,
        coalesce(favorites.categories_count, 0) as categories_count,
        favorites.favorite_product_id,
        favorites.favorite_product_name,
        favorites.favorite_category,
        favorites.favorite_category_ratio
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_customer_order_channels') }} as channels
        on customers.customer_id = channels.customer_id
    left join {{ ref('int_customer_favorites') }} as favorites
        on customers.customer_id = favorites.customer_id
    where customers.is_current
),

decided as (
    select
        measures.*,
        case
            when not has_orders then 'purchase_channel_unknown'
            when orders_count = 0 then 'purchase_channel_no_orders'
            when channel_orders_count = 0 then 'purchase_channel_unrecorded'
            when online_orders_ratio >= purchase_channel_online_lower then 'purchase_channel_online'
            when store_orders_ratio >= purchase_channel_store_lower then 'purchase_channel_store'
            when assisted_orders_ratio >= purchase_channel_assisted_lower then 'purchase_channel_assisted'
            else 'purchase_channel_mixed'
        end as purchase_channel_rule_id,
        case
            when not (has_orders and has_order_items and has_products) then 'product_preference_unknown'
            when orders_count = 0 then 'product_preference_no_orders'
            when categorized_lines_count = 0 then 'product_preference_unrecorded'
            when categorized_lines_count < product_preference_too_few_upper then 'product_preference_too_few'
            when favorite_category_ratio >= product_preference_focused_lower then 'product_preference_focused'
            when favorite_category_ratio >= product_preference_leaning_lower then 'product_preference_leaning'
            else 'product_preference_varied'
        end as product_preference_rule_id
    from measures
    cross join declared
    cross join bounds
)

select
    decided.*,
    channels.segment as purchase_channel_segment,
    preferences.segment as product_preference_segment
from decided
inner join {{ ref('old_segment_rules') }} as channels
    on decided.purchase_channel_rule_id = channels.rule_id
inner join {{ ref('old_segment_rules') }} as preferences
    on decided.product_preference_rule_id = preferences.rule_id
