{# Whether what is written for a currency cannot be a code of three letters. #}
{% macro is_no_currency(column) -%}
    length({{ column }}) <> 3 or upper({{ column }}) = lower({{ column }})
{%- endmacro %}
