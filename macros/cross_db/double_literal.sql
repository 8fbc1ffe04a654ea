{# A number as a 64-bit float, so that a division by it is never a whole-number division. #}
{% macro double_literal(number) -%}
    cast({{ number }} as {{ type_double() }})
{%- endmacro %}
