{%- set schemes = ['activity_state', 'activity_trend', 'purchase_channel', 'product_preference', 'habit_daypart', 'habit_week', 'purchase_intent'] -%}
with

labels as (
    {{ wide_labels(ref('behavioral_labels'), schemes) }}
),

facts as (
    select * from {{ ref('behavioral_facts') }} where is_current
),

windows as (
    select
        facts.customer_id
        {%- for window in [30, 90, 365] %}
        {%- for measure, counted in {'events': 'days.events_count', 'orders': 'days.orders_count', 'active_days': '1'}.items() %},
        sum(case when days.activity_date > {{ days_before('facts.as_of_date', window) }} then {{ counted }} else 0 end) as {{ measure }}_last_{{ window }}_days_count
        {%- endfor %}
        {%- endfor %}
    from facts
    inner join {{ ref('int_customer_activity_days') }} as days
        on facts.customer_id = days.customer_id
        and facts.as_of_date >= days.activity_date
    group by facts.customer_id
),

behaviors as (
    select facts.customer_id, count(distinct days.behavior) as distinct_behaviors_count
    from facts
    inner join {{ ref('int_customer_behavior_days') }} as days
        on facts.customer_id = days.customer_id
        and facts.as_of_date >= days.activity_date
        and days.is_event
    group by facts.customer_id
),

matches as (
    select customer_id, count(*) as behavior_rules_met_count from {{ ref('customer_behavior_matches') }} group by customer_id
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    {%- for measure in ['first_activity_date', 'last_activity_date', 'activity_trend_ratio', 'online_orders_ratio', 'store_orders_ratio',
        'assisted_orders_ratio', 'main_channel_ratio', 'favorite_category_ratio', 'main_daypart', 'main_daypart_ratio', 'weekend_ratio'] %}
    facts.{{ measure }},
    {%- endfor %}
    {%- for measure in ['days_since_first_activity', 'days_since_last_activity', 'interval_active_days_count', 'previous_interval_active_days_count',
        'trend_active_days_count', 'previous_trend_active_days_count', 'purchase_intent_score'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for window in [30, 90, 365] %}
    {%- for measure in ['events', 'orders', 'active_days'] %}
    cast(coalesce(windows.{{ measure }}_last_{{ window }}_days_count, 0) as {{ dbt.type_bigint() }}) as {{ measure }}_last_{{ window }}_days_count,
    {%- endfor %}
    {%- endfor %}
    {%- for measure in ['behaviors.distinct_behaviors_count', 'matches.behavior_rules_met_count', 'favorites.categories_count',
        'facts.categorized_lines_count', 'facts.habit_active_hours_count', 'facts.habit_active_days_count'] %}
    cast(coalesce({{ measure }}, 0) as {{ dbt.type_bigint() }}) as {{ measure.split('.')[1] }},
    {%- endfor %}
    favorites.favorite_product_id,
    favorites.favorite_product_name,
    favorites.favorite_category,
    coalesce(intent.purchase_intent_reasons, '') as purchase_intent_reasons,
    intent.last_signal_date
from facts
inner join labels
    on facts.customer_id = labels.customer_id
{%- for relation in ['windows', 'behaviors', 'matches', ref('int_customer_favorites') ~ ' as favorites', ref('int_customer_intent') ~ ' as intent'] %}
left join {{ relation }}
    on facts.customer_id = {{ relation.split(' as ')[-1] }}.customer_id
{%- endfor %}
