{# A bound as people write it: 90, not 90.0. #}
{% macro number_words(number) -%}
    regexp_replace(cast({{ number }} as {{ dbt.type_string() }}), '\.0$', '')
{%- endmacro %}
