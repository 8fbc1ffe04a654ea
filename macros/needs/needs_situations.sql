{# The situations of needs_facts that rest on orders and conversations, apart from its joins: <scheme>_situation of nine schemes. #}
{% macro needs_situations() -%}
    coalesce(no_orders_situation, case
        when not are_discounts_stated then 'unrecorded'
        when not can_be_ranked then 'too_little_history'
        else 'paid'
    end) as price_sensitivity_situation,
    case
        when not is_current then null
        when not has_order_items then 'unknown'
        when own_price_elasticity is not null then 'visible'
        else coalesce(no_orders_situation, 'not_visible')
    end as price_elasticity_situation,
    case
        when not is_current then null
        when not (has_order_items and has_products) then 'unknown'
        when compared_lines_count > 0 then 'compared'
        else coalesce(no_orders_situation, 'unrecorded')
    end as price_tier_situation,
    case
        when not is_current then null
        when placed_orders_count > 0 then 'placed'
        else no_orders_situation
    end as returns_situation,
    -- benefits are seen in product events, so they may be known where shipping is not
    case
        when not is_current then null
        when not (has_orders or has_product_events) then 'unknown'
        when shipped_orders_count > 0 and is_free_shipping_stated then 'shipped'
        when benefit_days_count > 0 then 'benefits_only'
        when shipped_orders_count > 0 then 'unrecorded'
        else coalesce(no_orders_situation, 'not_shipped')
    end as shipping_and_benefits_situation,
    case
        when not (has_support_tickets or has_product_events) then 'unknown'
        when help_page_days_count + contact_days_count = 0 and has_rejected_support_rows then 'rejected'
        else 'recorded'
    end as support_need_situation,
    case
        when not has_product_events then 'unknown'
        when onboarding_finished_date is not null and has_rejected_support_rows and onboarding_contact_days_count = 0 then 'rejected'
        when onboarding_finished_date is not null then 'finished'
        when onboarding_started_date is not null then 'started'
        when has_rejected_support_rows then 'rejected'
        else 'not_started'
    end as onboarding_independence_situation,
    case
        when not has_reviews then 'unknown'
        when reviews_count > 0 then 'reviewed'
        when has_rejected_review_rows then 'rejected'
        else 'none'
    end as review_sentiment_situation,
    case
        when not (has_reviews or has_support_tickets) then 'unknown'
        when satisfaction_scores_count > 0 then 'stated'
        when has_rejected_opinion_rows then 'rejected'
        else 'none'
    end as satisfaction_situation
{%- endmacro %}
