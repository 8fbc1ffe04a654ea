{# An optional timestamp or date, null where it cannot be: 1970-01-01 and 9999-12-31 are how systems write an
   unknown one, and an end before its start (`not_before`) or a start after its end (`not_after`) is no known one. #}
{% macro possible_date(column, not_before=none, not_after=none) -%}
    case
            when {{ is_impossible_date(column) }} then null
            {%- if not_before %}
            when {{ column }} < {{ not_before }} then null
            {%- endif %}
            {%- if not_after %}
            when {{ column }} > {{ not_after }} then null
            {%- endif %}
            else {{ column }}
        end
{%- endmacro %}
