{# accessibility_need_situation and body_or_surroundings_situation. Health-adjacent, so first of all: does the catalogue mark the scheme as one
   that needs consent (is_sensitive), and did the customer consent? Only then is looked at what was bought; the counts go no further than here.
   Reads declared, allowed, relationships and bodily (int_customer_bodily_needs, which has rows of consenting customers only). #}
{% macro bodily_situations() -%}
    case
            when not relationships.is_current then null
            when not allowed.is_accessibility_allowed then 'not_allowed'
            when bodily.customer_id is null then 'not_consented'
            when bodily.accessibility_orders_count + bodily.accessibility_days_count > 0 then 'uses'
            when declared.has_orders and declared.has_order_items and bodily.has_accessibility_products = 1 or declared.has_product_events then 'none_seen'
            else 'unknown'
        end as accessibility_need_situation,
        case
            when not relationships.is_current then null
            when not allowed.is_body_allowed then 'not_allowed'
            when bodily.customer_id is null then 'not_consented'
            when not (declared.has_orders and declared.has_order_items) or bodily.has_body_products + bodily.has_surroundings_products = 0 then 'unknown'
            when bodily.body_orders_count > 0 and bodily.surroundings_orders_count > 0 then 'both'
            when bodily.body_orders_count > 0 then 'body'
            when bodily.surroundings_orders_count > 0 then 'surroundings'
            else 'none_seen'
        end as body_or_surroundings_situation
{%- endmacro %}
