select
    spine.customer_id,
    spine.as_of_date,
    spine.activity_state_segment,
    spine.activity_state_rule_id,
    spine.activity_trend_segment,
    spine.activity_trend_rule_id,
    preferences.purchase_channel_segment,
    preferences.purchase_channel_rule_id,
    preferences.product_preference_segment,
    preferences.product_preference_rule_id,
    habits.habit_daypart_segment,
    habits.habit_daypart_rule_id,
    habits.habit_week_segment,
    habits.habit_week_rule_id,
    intent.purchase_intent_segment,
    intent.purchase_intent_rule_id,
    spine.first_activity_date,
    spine.last_activity_date,
    {%- for measure in ['days_since_first_activity', 'days_since_last_activity', 'interval_active_days_count',
        'previous_interval_active_days_count', 'trend_active_days_count', 'previous_trend_active_days_count'] %}
    cast(spine.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    spine.activity_trend_ratio,
    {%- for measure in ['events', 'orders', 'active_days'] %}
    {%- for window in [30, 90, 365] %}
    cast(counts.{{ measure }}_last_{{ window }}_days_count as {{ dbt.type_bigint() }}) as {{ measure }}_last_{{ window }}_days_count,
    {%- endfor %}
    {%- endfor %}
    cast(counts.distinct_behaviors_count as {{ dbt.type_bigint() }}) as distinct_behaviors_count,
    cast(counts.behavior_rules_met_count as {{ dbt.type_bigint() }}) as behavior_rules_met_count,
    preferences.online_orders_ratio,
    preferences.store_orders_ratio,
    preferences.assisted_orders_ratio,
    preferences.main_channel_ratio,
    cast(preferences.categorized_lines_count as {{ dbt.type_bigint() }}) as categorized_lines_count,
    cast(preferences.categories_count as {{ dbt.type_bigint() }}) as categories_count,
    preferences.favorite_product_id,
    preferences.favorite_product_name,
    preferences.favorite_category,
    preferences.favorite_category_ratio,
    cast(habits.habit_active_hours_count as {{ dbt.type_bigint() }}) as habit_active_hours_count,
    cast(habits.habit_active_days_count as {{ dbt.type_bigint() }}) as habit_active_days_count,
    habits.main_daypart,
    habits.main_daypart_ratio,
    habits.weekend_ratio,
    cast(intent.purchase_intent_score as {{ dbt.type_bigint() }}) as purchase_intent_score,
    intent.purchase_intent_reasons,
    intent.last_signal_date
from {{ ref('customer_behavioral_spine') }} as spine
inner join {{ ref('customer_behavioral_preferences') }} as preferences
    on spine.customer_id = preferences.customer_id
inner join {{ ref('customer_behavioral_habits') }} as habits
    on spine.customer_id = habits.customer_id
inner join {{ ref('customer_behavioral_intent') }} as intent
    on spine.customer_id = intent.customer_id
inner join {{ ref('int_customer_activity_counts') }} as counts
    on spine.customer_id = counts.customer_id
where spine.is_current
