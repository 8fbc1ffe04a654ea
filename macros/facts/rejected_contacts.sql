{# One row per customer of whom contacts were delivered that could not be used. #}
{% macro rejected_contacts() -%}
    select distinct customer_id
    from (
        {{ judged_rows('contacts') | indent(4) }}
    ) as judged
    where rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
{%- endmacro %}
