{# A table expression to be joined laterally: one row (column `word`) for each of the words of a text, separated by blanks. #}
{% macro split_words(text) %}
    {{- return(adapter.dispatch('split_words', 'customer_segmentation')(text)) -}}
{% endmacro %}

{% macro default__split_words(text) -%}
    lateral (select explode(split({{ text }}, ' ')) as word)
{%- endmacro %}

{% macro duckdb__split_words(text) -%}
    lateral (select unnest(string_split({{ text }}, ' ')) as word)
{%- endmacro %}

{% macro postgres__split_words(text) -%}
    lateral (select unnest(string_to_array({{ text }}, ' ')) as word)
{%- endmacro %}
