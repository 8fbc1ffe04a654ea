{# The 64-bit floating point type. #}
{% macro type_double() %}
    {{- return(adapter.dispatch('type_double', 'customer_segmentation')()) -}}
{% endmacro %}

{% macro default__type_double() -%}
    double
{%- endmacro %}

{% macro postgres__type_double() -%}
    double precision
{%- endmacro %}
