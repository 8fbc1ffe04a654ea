{# The situations of value_facts, apart from its joins: <scheme>_situation of the five schemes of the family. #}
{% macro value_situations() -%}
    case
        when not (declared.has_orders or declared.has_subscriptions) then 'unknown'
        when customer_values.has_only_rejected_purchases then 'rejected'
        when customer_values.historic_value_amount <= 0 then 'no_value'
        when not customer_values.can_be_ranked then 'too_little_history'
        else tiers.level
    end as value_tier_situation,
    case
        when not (declared.has_orders or declared.has_subscriptions) then 'unknown'
        when customer_values.has_only_rejected_purchases then 'rejected'
        when customer_values.value_last_365_days_amount <= 0 then 'zero'
        else 'earning'
    end as pareto_class_situation,
    case
        when not customer_values.is_current then null
        when not (declared.has_orders or declared.has_subscriptions) then 'unknown'
        when customer_values.has_only_rejected_purchases then 'rejected'
        when not shares.has_purchased then 'not_applicable'
        -- among so few, or after so few days, nobody's value is high or low
        when not customer_values.can_be_ranked then 'too_little_history'
        when lifetime_values.predicted_clv_amount is null then 'no_prediction'
        -- nothing, or less than nothing after refunds, is low
        else concat(coalesce(historic.level, 'low'), '_value')
    end as primary_value_situation,
    case
        when not customer_values.is_current then null
        when not (declared.has_orders or declared.has_subscriptions) then 'unknown'
        when customer_values.has_only_rejected_purchases then 'rejected'
        when not shares.has_purchased then 'not_applicable'
        -- money that went back comes first: it was never value
        when shares.refund_ratio is not null then concat('sold', shares.discounts_word)
        when shares.recurring_ratio is not null then concat('kept', shares.discounts_word)
        when shares.discount_ratio is not null then 'orders'
        else 'nothing_paid'
    end as secondary_value_situation,
    case
        when not customer_values.is_current then null
        when not (declared.has_orders or declared.has_subscriptions) then 'unknown'
        when customer_values.has_only_rejected_purchases then 'rejected'
        when not shares.has_purchased then 'not_applicable'
        when customer_values.historic_value_amount <= 0 then 'no_value'
        else coalesce(drivers.best_driver, 'no_measure')
    end as value_driver_situation
{%- endmacro %}
