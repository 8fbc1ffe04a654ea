-- one row per customer: how strongly its recent behavior points to a purchase, by the band of its points
with

declared as (
    {{ declared_flags(['product_events']) }}
),

measures as (
    select
        customers.customer_id,
        coalesce(intent.purchase_intent_score, 0) as purchase_intent_score,
        coalesce(intent.purchase_intent_reasons, '') as purchase_intent_reasons,
        intent.last_signal_date
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_customer_intent') }} as intent
        on customers.customer_id = intent.customer_id
    where customers.is_current
)

select
    measures.customer_id,
    measures.purchase_intent_score,
    measures.purchase_intent_reasons,
    measures.last_signal_date,
    rules.segment as purchase_intent_segment,
    rules.rule_id as purchase_intent_rule_id
from measures
cross join declared
inner join {{ ref('old_segment_rules') }} as rules
    on rules.scheme = 'purchase_intent'
    and (
        (
            declared.has_product_events
            and rules.kind = 'band'
            and (rules.lower_bound is null or measures.purchase_intent_score >= rules.lower_bound)
            and (rules.upper_bound is null or measures.purchase_intent_score < rules.upper_bound)
        )
        or (not declared.has_product_events and rules.rule_id = 'purchase_intent_unknown')
    )
