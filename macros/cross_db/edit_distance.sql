{# How many letters have to be put in, left out or exchanged to make one text of another. #}
{% macro edit_distance(first, second) %}
    {{- return(adapter.dispatch('edit_distance', 'customer_segmentation')(first, second)) -}}
{% endmacro %}

{% macro default__edit_distance(first, second) -%}
    levenshtein({{ first }}, {{ second }})
{%- endmacro %}
