{# The situations of psychographic_facts, apart from its joins: <scheme>_situation of the schemes of the family. Answers ask first of all whether the
   catalogue marks the scheme as one that needs consent (is_sensitive), and whether the person consented. #}
{% macro psychographic_situations() -%}
    {%- for trait in survey_traits() + ['survey_coverage'] %}
    case
        when not demographics.is_person then 'not_a_person'
        when not allowed.is_{{ trait }}_allowed then 'not_allowed'
        when not demographics.has_marketing_consent then 'not_consented'
        when not declared.has_survey_responses then 'unknown'
        when traits.customer_id is not null then coalesce(traits.{{ trait }}, 'not_stated')
        when rejected.customer_id is not null then 'rejected'
        else 'not_asked'
    end as {{ trait }}_situation,
    {%- endfor %}
    case
        when not (declared.has_orders and declared.has_order_items and declared.has_products) then 'unknown'
        when styles.customer_id is not null then styles.style
        when relationships.has_rejected_orders or relationships.has_rejected_purchases and not relationships.has_had_contract then 'rejected'
        else 'none_bought'
    end as style_preference_situation,
    case
        when not (declared.has_product_events or declared.has_campaign_events) then 'unknown'
        when topics.customer_id is not null then topics.main_topic
        when engagement.has_rejected_engagement_rows then 'rejected'
        else 'none_seen'
    end as content_interest_situation
{%- endmacro %}
