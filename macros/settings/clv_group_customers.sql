{# The join to the customers, where the group is an attribute of theirs: every buyer is an accepted customer. #}
{% macro clv_group_customers(customer_id) -%}
    {%- if deployment_setting('clv_group') != 'none' -%}
    inner join {{ ref('int_customers_accepted') }} as customers
        on {{ customer_id }} = customers.customer_id
    {%- endif -%}
{%- endmacro %}
