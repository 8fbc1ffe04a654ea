{# The group for CLV as an expression, next to clv_group_customers. #}
{% macro clv_group() -%}
    {%- set attribute = deployment_setting('clv_group') -%}
    {{ "'all'" if attribute == 'none' else "coalesce(customers." ~ attribute ~ ", 'unknown')" }}
{%- endmacro %}
