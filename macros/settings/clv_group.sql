{# The customer attribute by which CLV models are fitted apart (partially pooled), or none. #}
{% macro clv_group_attribute() %}
    {{- return(choice_setting('clv_group', ['none', 'customer_type', 'acquisition_source', 'first_touch_source', 'country_code'])) -}}
{% endmacro %}

{# The group as an expression, next to clv_group_customers. #}
{% macro clv_group() -%}
    {%- set attribute = clv_group_attribute() -%}
    {{ "'all'" if attribute == 'none' else "coalesce(customers." ~ attribute ~ ", 'unknown')" }}
{%- endmacro %}

{# The join to the customers, where the group is an attribute of theirs: every buyer is an accepted customer. #}
{% macro clv_group_customers(customer_id) -%}
    {%- if clv_group_attribute() != 'none' -%}
    inner join {{ ref('int_customers_accepted') }} as customers
        on {{ customer_id }} = customers.customer_id
    {%- endif -%}
{%- endmacro %}
