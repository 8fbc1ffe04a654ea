{%- set schemes = ['value_tier', 'pareto_class', 'primary_value', 'secondary_value', 'value_driver'] -%}
with

labels as (
    {{ wide_labels(ref('value_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    facts.historic_value_amount,
    facts.value_last_365_days_amount,
    facts.revenue_above_ratio,
    facts.value_per_year_amount,
    facts.formula_clv_amount,
    cast(facts.predicted_clv_amount as decimal(18, 2)) as predicted_clv_amount,
    cast(facts.historic_value_amount + coalesce(facts.predicted_clv_amount, 0) as decimal(18, 2)) as total_value_amount,
    facts.historic_value_level,
    facts.predicted_value_level,
    cast(facts.refund_ratio as {{ type_double() }}) as refund_ratio,
    coalesce(facts.partly_refunded_orders_count, 0) as partly_refunded_orders_count,
    facts.discount_ratio,
    facts.recurring_ratio,
    measures.orders_per_year,
    measures.average_order_amount,
    measures.average_unit_price_amount,
    measures.categories_count,
    measures.tenure_days,
    measures.revenue_growth_pct,
    measures.mrr_amount,
    facts.best_position_ratio as driver_position_ratio
from {{ ref('value_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
left join {{ ref('int_customer_value_drivers') }} as measures
    on facts.customer_id = measures.customer_id
where facts.is_current
