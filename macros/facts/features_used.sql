{# One row per customer and as-of date with use of a feature in the window of usage: how many different ones. A feature is the name of an
   event that is neither a visit nor a session. Reads `calendar` of int_customer_usage_as_of. #}
{% macro features_used() -%}
    select behaviors.customer_id, calendar.as_of_date, count(distinct behaviors.behavior) as features_count
    from {{ ref('int_customer_behavior_days') }} as behaviors
    inner join calendar
        on behaviors.activity_date = calendar.activity_date
        and calendar.is_in_usage_window
    left join ({{ event_kinds() }}) as kinds
        on behaviors.behavior = kinds.event_name
    where behaviors.is_event
        and kinds.event_name is null
    group by behaviors.customer_id, calendar.as_of_date
{%- endmacro %}
