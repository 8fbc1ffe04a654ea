{# A double as a decimal of ten places: sums of these are exact, those of doubles depend on the order of the rows, which no engine promises. #}
{% macro exact_summand(number) -%}
    cast({{ number }} as decimal(28, 10))
{%- endmacro %}
