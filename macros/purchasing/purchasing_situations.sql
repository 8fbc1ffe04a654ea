{# The situations of purchasing_facts, apart from its joins: <scheme>_situation of the six schemes of the family. #}
{% macro purchasing_situations() -%}
    coalesce(no_orders_situation, case
        when purchase_days_count = 1 then 'once'
        when can_compare_gaps then 'repeat'
        else 'too_little_history'
    end) as purchase_frequency_situation,
    coalesce(no_orders_situation, case
        when not can_compare_gaps then 'too_little_history'
        when days_to_second_purchase is null then 'once'
        else 'repeat'
    end) as second_purchase_situation,
    coalesce(no_orders_situation, case when are_discounts_stated then 'paid' else 'unrecorded' end) as price_payment_situation,
    coalesce(no_orders_situation, case
        when not can_be_ranked then 'too_little_history'
        when small_basket_amount is null then 'unrecorded'
        -- an amount on a cut point lies below it, so equal amounts stay together
        when average_order_amount <= small_basket_amount then 'small'
        when average_order_amount <= medium_basket_amount then 'medium'
        else 'large'
    end) as basket_size_situation,
    case
        when not has_subscriptions then 'unknown'
        when main_billing_interval in ('month', 'year') then main_billing_interval
        when main_billing_interval = 'unknown' then 'unrecorded'
        when main_billing_interval is not null then 'other'
        -- what could not be used may run
        when has_rejected_subscriptions then 'rejected'
        else 'no_contract'
    end as plan_interval_situation,
    case
        when not is_current then null
        when not is_company then 'not_applicable'
        when procurement_model is not null then concat('stated_', procurement_model)
        when not has_orders then 'unknown'
        when no_orders_situation = 'rejected' then 'rejected'
        when no_orders_situation is not null then 'no_orders'
        when contact_orders_count + site_orders_count = 0 then 'unrecorded'
        else 'ordered'
    end as purchasing_structure_situation
{%- endmacro %}
