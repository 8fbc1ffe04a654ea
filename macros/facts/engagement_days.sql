{# One row per customer and day with a click or an open of a mail (the first of each mail), a product event or a social interaction: which. #}
{% macro engagement_days() -%}
    select
        customer_id,
        activity_date,
        {%- for action in ['click', 'open', 'product', 'social'] %}
        max(case when action = '{{ action }}' then 1 else 0 end) as is_{{ action }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select customer_id, clicked_date as activity_date, 'click' as action from {{ ref('int_customer_mails') }}
        union all
        select customer_id, opened_date as activity_date, 'open' as action from {{ ref('int_customer_mails') }}
        union all
        select customer_id, activity_date, 'product' as action from {{ ref('int_customer_activity_days') }} where events_count > 0
        union all
        select customer_id, occurred_date as activity_date, 'social' as action
        from {{ accepted_relation('social_interactions') | indent(8) }} as interactions
    ) as actions
    where activity_date is not null
    group by customer_id, activity_date
{%- endmacro %}
