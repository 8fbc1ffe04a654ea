-- one row per customer: what the value is made of, by the first rule that fits (secondary segment)
with

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers_as_of') }}
    where is_current
),

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

bounds as (
    {{ rule_bounds([
        'secondary_value_refund_eroded.lower', 'secondary_value_recurring.lower',
        'secondary_value_discount_dependent.lower',
    ]) }}
),

decided as (
    select
        customers.customer_id,
        customers.as_of_date,
        quality.refund_ratio,
        quality.discount_ratio,
        quality.recurring_ratio,
        case
            when not (declared.has_orders or declared.has_subscriptions) then 'secondary_value_unknown'
            when quality.customer_id is null then 'secondary_value_not_applicable'
            -- money that went back comes first: it was never value
            when quality.refund_ratio >= bounds.secondary_value_refund_eroded_lower then 'secondary_value_refund_eroded'
            when quality.recurring_ratio >= bounds.secondary_value_recurring_lower then 'secondary_value_recurring'
            when quality.discount_ratio >= bounds.secondary_value_discount_dependent_lower then 'secondary_value_discount_dependent'
            when quality.discount_ratio is null then 'secondary_value_nothing_paid'
            else 'secondary_value_full_price'
        end as secondary_value_rule_id
    from customers
    cross join declared
    cross join bounds
    left join {{ ref('int_customer_value_quality') }} as quality
        on customers.customer_id = quality.customer_id
)

select
    decided.customer_id,
    decided.as_of_date,
    rules.segment as secondary_value_segment,
    decided.secondary_value_rule_id,
    decided.refund_ratio,
    decided.discount_ratio,
    decided.recurring_ratio
from decided
inner join {{ ref('old_segment_rules') }} as rules
    on decided.secondary_value_rule_id = rules.rule_id
