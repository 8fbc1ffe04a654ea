{# Level of the predicted value as a number that rules can bound: 3 high, 2 medium, 1 low. #}
{% macro predicted_level_number(values, bounds) -%}
    1
    {%- for level in ['medium', 'high'] %} + case when {{ values }}.predicted_clv_amount > {{ bounds }}.predicted_{{ level }}_amount then 1 else 0 end
    {%- endfor %}
{%- endmacro %}
