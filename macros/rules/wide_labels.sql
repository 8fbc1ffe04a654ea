{# The current labels of some schemes side by side, one row per customer: <scheme>_segment and <scheme>_rule_id of each. #}
{% macro wide_labels(labels, schemes) -%}
    select
        customer_id
        {%- for scheme in schemes %},
        max(case when scheme = '{{ scheme }}' then segment end) as {{ scheme }}_segment,
        max(case when scheme = '{{ scheme }}' then rule_id end) as {{ scheme }}_rule_id
        {%- endfor %}
    from {{ labels }}
    where is_current
    group by customer_id
{%- endmacro %}
