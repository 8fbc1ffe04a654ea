{# Whether a measure of a relation lies in a level of value_cut_points at its date: above the lower amount, up to
   and including the upper one: the top level is never larger than its name says. #}
{% macro value_lies_in(level, scheme, measure, relation) -%}
    {{ relation }}.as_of_date = {{ level }}.as_of_date
    and {{ level }}.scheme = '{{ scheme }}'
    and {{ level }}.measure = '{{ measure }}'
    and ({{ level }}.lower_amount is null or {{ relation }}.{{ measure }} > {{ level }}.lower_amount)
    and ({{ level }}.upper_amount is null or {{ relation }}.{{ measure }} <= {{ level }}.upper_amount)
{%- endmacro %}
