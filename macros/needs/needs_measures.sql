{# The measures that needs_facts takes as they stand, and shares of counts; each line ends in a comma. #}
{% macro needs_measures() -%}
    {%- for table, columns in {
            'relationships': ['customer_id', 'as_of_date', 'is_current'],
            'benchmarks': ['can_be_ranked', 'are_discounts_stated'],
            'declared': ['has_orders', 'has_order_items', 'has_products', 'has_product_events', 'has_support_tickets', 'has_reviews'],
            'habits': ['recent_orders_count'],
            'purchases': ['coupon_orders_count'],
            'support': ['has_rejected_support_rows', 'help_page_days_count', 'form_days_count', 'agent_days_count', 'contact_days_count',
                'onboarding_started_date', 'onboarding_finished_date', 'onboarding_contact_days_count'],
            'opinions': ['has_rejected_review_rows', 'has_rejected_opinion_rows', 'reviews_count', 'positive_reviews_count', 'negative_reviews_count',
                'satisfaction_scores_count', 'satisfaction_score'],
            'prices': ['compared_lines_count', 'price_level_ratio', 'repriced_purchases_count', 'own_price_elasticity'],
            'conduct': ['placed_orders_count', 'cancelled_orders_count', 'refunded_orders_count', 'shipped_orders_count', 'free_shipping_orders_count',
                'is_free_shipping_stated'],
        }.items() %}
        {%- for column in columns %}
        {{ table }}.{{ column }},
        {%- endfor %}
        {%- endfor %}
        conduct.cancelled_orders_count + conduct.refunded_orders_count as returned_orders_count,
        coalesce(benefits.benefit_days_count, 0) as benefit_days_count,
        {%- for measure, count, whole in [
            ('returned_ratio', 'conduct.cancelled_orders_count + conduct.refunded_orders_count', 'conduct.placed_orders_count'),
            ('free_shipping_ratio', 'conduct.free_shipping_orders_count', 'conduct.shipped_orders_count'),
            ('positive_reviews_ratio', 'opinions.positive_reviews_count', 'opinions.reviews_count'),
            ('negative_reviews_ratio', 'opinions.negative_reviews_count', 'opinions.reviews_count'),
        ] %}
        ({{ count }}) / {{ double_literal('nullif(' ~ whole ~ ', 0)') }} as {{ measure }},
        {%- endfor %}
{%- endmacro %}
