-- tier and outlook change at the fitted cut points, the driver where the next best measure overtakes; those bounds are
-- columns beside the labels, all others are bounds of the rule
with

spine as (
    select * from {{ ref('customer_value_spine') }}
    where is_current
),

outlook as (
    select * from {{ ref('customer_value_outlook') }}
),

quality as (
    select * from {{ ref('customer_value_quality') }}
),

drivers as (
    select * from {{ ref('customer_value_drivers') }}
)

{{ scheme_assignments('spine', 'value_tier', numbers=['historic_value_amount'], lower='labelled.tier_lower_amount', upper='labelled.tier_upper_amount') }}
union all
{{ scheme_assignments('spine', 'pareto_class', numbers=['revenue_above_ratio', 'value_last_365_days_amount']) }}
union all
{{ scheme_assignments('outlook', 'primary_value', numbers=['predicted_clv_amount'], lower='labelled.predicted_lower_amount', upper='labelled.predicted_upper_amount') }}
union all
{{ scheme_assignments('quality', 'secondary_value', numbers=['refund_ratio', 'recurring_ratio', 'discount_ratio']) }}
union all
{{ scheme_assignments(
    'drivers',
    'value_driver',
    numbers=['historic_value_amount', 'best_position_ratio', 'frequency_position_ratio', 'basket_size_position_ratio',
        'price_level_position_ratio', 'breadth_position_ratio', 'contract_size_position_ratio', 'expansion_position_ratio',
        'tenure_position_ratio'],
    lower="case when rules.kind = 'highest' then labelled.position_needed_ratio else rules.lower_bound end",
) }}
