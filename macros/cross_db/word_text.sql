{# A text as its words alone: in lower case, all but letters and digits as one blank, and a blank at both ends, so that
   a pattern with blanks matches whole words (" it " is no part of "security"). #}
{% macro word_text(expression) %}
    {{- return(adapter.dispatch('word_text', 'customer_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__word_text(expression) -%}
    concat(' ', trim(regexp_replace(lower({{ expression }}), '[^\\p{L}\\p{N}]+', ' ')), ' ')
{%- endmacro %}

{% macro duckdb__word_text(expression) -%}
    concat(' ', trim(regexp_replace(lower({{ expression }}), '[^\p{L}\p{N}]+', ' ', 'g')), ' ')
{%- endmacro %}

{% macro postgres__word_text(expression) -%}
    concat(' ', trim(regexp_replace(lower({{ expression }}), '[^[:alnum:]]+', ' ', 'g')), ' ')
{%- endmacro %}
