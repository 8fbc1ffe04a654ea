{# The group for CLV as an expression, next to clv_group_customers. #}
{% macro clv_group() -%}
    {%- set attribute = clv_group_attribute() -%}
    {{ "'all'" if attribute == 'none' else "coalesce(customers." ~ attribute ~ ", 'unknown')" }}
{%- endmacro %}
