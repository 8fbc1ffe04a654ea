{# The customer attribute by which CLV models are fitted apart (partially pooled), or none. #}
{% macro clv_group_attribute() %}
    {{- return(choice_setting('clv_group', ['none', 'customer_type', 'acquisition_source', 'first_touch_source', 'country_code'])) -}}
{% endmacro %}
