{%- set schemes = ['price_sensitivity', 'price_elasticity', 'price_tier', 'returns', 'shipping_and_benefits', 'support_need', 'onboarding_independence',
    'review_sentiment', 'satisfaction', 'accessibility_need', 'body_or_surroundings'] -%}
with

labels as (
    {{ wide_labels(ref('needs_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    {%- for measure in ['coupon_orders_count', 'compared_lines_count', 'repriced_purchases_count', 'placed_orders_count', 'cancelled_orders_count',
        'refunded_orders_count', 'shipped_orders_count', 'free_shipping_orders_count'] %}
    cast(coalesce(facts.{{ measure }}, 0) as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['benefit_days_count', 'help_page_days_count', 'form_days_count', 'agent_days_count', 'contact_days_count',
        'onboarding_contact_days_count', 'reviews_count', 'positive_reviews_count', 'negative_reviews_count', 'satisfaction_scores_count'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['discounted_ratio', 'population_discounted_ratio', 'discount_difference_ratio', 'coupon_ratio', 'price_level_ratio',
        'own_price_elasticity', 'returned_ratio', 'free_shipping_ratio', 'positive_reviews_ratio', 'negative_reviews_ratio', 'satisfaction_score'] %}
    cast(facts.{{ measure }} as {{ type_double() }}) as {{ measure }},
    {%- endfor %}
    facts.onboarding_started_date,
    facts.onboarding_finished_date
from {{ ref('needs_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
where facts.is_current
