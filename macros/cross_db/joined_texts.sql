{# The texts of a group in one text, in alphabetical order. #}
{% macro joined_texts(text, separator) %}
    {{- return(adapter.dispatch('joined_texts', 'customer_segmentation')(text, separator)) -}}
{% endmacro %}

{% macro default__joined_texts(text, separator) -%}
    concat_ws('{{ separator }}', sort_array(collect_list({{ text }})))
{%- endmacro %}

{% macro duckdb__joined_texts(text, separator) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ text }})
{%- endmacro %}
