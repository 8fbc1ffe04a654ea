{# A number as people write it, with four decimals at most: 90, 0.25. #}
{% macro short_number(number) -%}
    regexp_replace(cast(cast(round({{ number }}, 4) as {{ dbt.type_numeric() }}) as {{ dbt.type_string() }}), '\.?0+$', '')
{%- endmacro %}
