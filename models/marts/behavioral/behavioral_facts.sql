{%- set current_customer = 'case when activity.is_current then activity.customer_id end' -%}
-- one row per customer and as-of date: the situation in each scheme of the family, beside the measures that its rules name. Activity is
-- known at every date; channel, preference, habits and intent at the current date only
with

declared as (
    {{ declared_flags(['orders', 'order_items', 'products', 'product_events']) }}
)

select
    activity.*,
    settings.activity_interval_days,
    trend_active_days_count + previous_trend_active_days_count as both_trend_active_days_count,
    -- 0.5: as many active days as in the window before; null: none in either
    trend_active_days_count / {{ double_literal('nullif(trend_active_days_count + previous_trend_active_days_count, 0)') }} as activity_trend_ratio,
    channels.online_orders_ratio,
    channels.store_orders_ratio,
    channels.assisted_orders_ratio,
    greatest(online_orders_ratio, store_orders_ratio, assisted_orders_ratio) as main_channel_ratio,
    favorites.categorized_lines_count,
    favorites.favorite_category_ratio,
    habits.habit_active_hours_count,
    habits.main_daypart,
    habits.main_daypart_ratio,
    habits.habit_active_days_count,
    habits.weekend_ratio,
    case when is_current then coalesce(intent.purchase_intent_score, 0) end as purchase_intent_score,
    case
        when not (has_orders or has_product_events) then 'unknown'
        when first_activity_date is null then 'never_active'
        when interval_active_days_count = 0 then 'silent'
        when days_since_first_activity < activity_interval_days then 'began'
        when previous_interval_active_days_count > 0 then 'went_on'
        else 'came_back'
    end as activity_state_situation,
    case
        when not (has_orders or has_product_events) then 'unknown'
        when trend_active_days_count + previous_trend_active_days_count = 0 then 'none'
        else 'active'
    end as activity_trend_situation,
    case
        when not is_current then null
        when not has_orders then 'unknown'
        when channels.customer_id is null and activity.has_rejected_orders then 'rejected'
        when channels.customer_id is null then 'no_orders'
        when channel_orders_count = 0 then 'unrecorded'
        -- the way of most orders; of equals the first
        when online_orders_ratio >= store_orders_ratio and online_orders_ratio >= assisted_orders_ratio then 'online'
        when store_orders_ratio >= assisted_orders_ratio then 'store'
        else 'assisted'
    end as purchase_channel_situation,
    case
        when not is_current then null
        when not (has_orders and has_order_items and has_products) then 'unknown'
        when channels.customer_id is null and activity.has_rejected_orders then 'rejected'
        when channels.customer_id is null then 'no_orders'
        when categorized_lines_count > 0 then 'bought'
        else 'unrecorded'
    end as product_preference_situation,
    case
        when not is_current then null
        when not (has_orders or has_product_events) then 'unknown'
        when habits.customer_id is null then 'inactive'
        else coalesce(main_daypart, 'unrecorded')
    end as habit_daypart_situation,
    case
        when not is_current then null
        when not (has_orders or has_product_events) then 'unknown'
        when habits.customer_id is null then 'inactive'
        else 'active'
    end as habit_week_situation,
    case when is_current and has_product_events then 'recorded' when is_current then 'unknown' end as purchase_intent_situation
from {{ ref('int_customer_activity_as_of') }} as activity
cross join declared
cross join ({{ settings('behavior', ['activity_interval_days']) }}) as settings
-- by equality alone: with is_current as a second condition engines fall into a nested loop
left join {{ ref('int_customer_order_channels') }} as channels on {{ current_customer }} = channels.customer_id
left join {{ ref('int_customer_favorites') }} as favorites on {{ current_customer }} = favorites.customer_id
left join {{ ref('int_customer_habits') }} as habits on {{ current_customer }} = habits.customer_id
left join {{ ref('int_customer_intent') }} as intent on {{ current_customer }} = intent.customer_id
