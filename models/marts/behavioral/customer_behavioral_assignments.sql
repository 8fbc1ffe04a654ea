with

current_spine as (
    select * from {{ ref('customer_behavioral_spine') }}
    where is_current
)

{{ scheme_assignments(
    'current_spine', 'activity_state', numbers=['days_since_first_activity', 'days_since_last_activity'],
    lower='labelled.activity_state_lower_bound', upper='labelled.activity_state_upper_bound',
) }}
union all
{{ scheme_assignments('current_spine', 'activity_trend', numbers=['activity_trend_ratio', 'trend_active_days_count', 'previous_trend_active_days_count']) }}
union all
{{ scheme_assignments(ref('customer_behavioral_segments'), 'purchase_channel', numbers=['main_channel_ratio']) }}
union all
{{ scheme_assignments(ref('customer_behavioral_segments'), 'product_preference', numbers=['favorite_category_ratio', 'categorized_lines_count']) }}
union all
{{ scheme_assignments(ref('customer_behavioral_segments'), 'habit_daypart', numbers=['main_daypart_ratio', 'habit_active_hours_count']) }}
union all
{{ scheme_assignments(ref('customer_behavioral_segments'), 'habit_week', numbers=['weekend_ratio', 'habit_active_days_count']) }}
union all
{{ scheme_assignments(ref('customer_behavioral_segments'), 'purchase_intent', numbers=['purchase_intent_score']) }}
