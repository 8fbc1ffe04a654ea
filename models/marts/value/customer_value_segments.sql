select
    spine.customer_id,
    spine.as_of_date,
    spine.value_tier_segment,
    spine.value_tier_rule_id,
    spine.pareto_class_segment,
    spine.pareto_class_rule_id,
    outlook.primary_value_segment,
    outlook.primary_value_rule_id,
    quality.secondary_value_segment,
    quality.secondary_value_rule_id,
    drivers.value_driver_segment,
    drivers.value_driver_rule_id,
    spine.historic_value_amount,
    spine.value_last_365_days_amount,
    spine.revenue_above_ratio,
    lifetime_values.value_per_year_amount,
    lifetime_values.formula_clv_amount,
    cast(lifetime_values.predicted_clv_amount as decimal(18, 2)) as predicted_clv_amount,
    cast(spine.historic_value_amount + coalesce(lifetime_values.predicted_clv_amount, 0) as decimal(18, 2)) as total_value_amount,
    outlook.historic_value_level,
    outlook.predicted_value_level,
    cast(quality.refund_ratio as {{ type_double() }}) as refund_ratio,
    quality.discount_ratio,
    quality.recurring_ratio,
    measures.orders_per_year,
    measures.average_order_amount,
    measures.average_unit_price_amount,
    measures.categories_count,
    measures.tenure_days,
    measures.revenue_growth_pct,
    measures.mrr_amount,
    drivers.best_position_ratio as driver_position_ratio
from {{ ref('customer_value_spine') }} as spine
inner join {{ ref('customer_value_outlook') }} as outlook
    on spine.customer_id = outlook.customer_id
inner join {{ ref('customer_value_quality') }} as quality
    on spine.customer_id = quality.customer_id
inner join {{ ref('customer_value_drivers') }} as drivers
    on spine.customer_id = drivers.customer_id
inner join {{ ref('customer_lifetime_values') }} as lifetime_values
    on spine.customer_id = lifetime_values.customer_id
left join {{ ref('int_customer_value_drivers') }} as measures
    on spine.customer_id = measures.customer_id
where spine.is_current
