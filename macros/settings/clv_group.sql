{# The customer attribute by which CLV models are fitted apart (partially pooled), as an expression on `customers`. #}
{% macro clv_group() %}
    {%- set attribute = choice_setting('clv_group', ['none', 'customer_type', 'acquisition_source', 'first_touch_source', 'country_code']) -%}
    {{- return("'all'" if attribute == 'none' else "coalesce(customers." ~ attribute ~ ", 'unknown')") -}}
{% endmacro %}
