{# What stands between `as` and the bracket of a common table expression that must be read again rather than kept:
   a table of millions of wide rows is cheaper to scan twice than to hold in memory. #}
{% macro inlined_cte() %}
    {{- return(adapter.dispatch('inlined_cte', 'customer_segmentation')()) -}}
{% endmacro %}

{% macro default__inlined_cte() -%}
{%- endmacro %}

{% macro duckdb__inlined_cte() -%}
    not materialized{{ ' ' }}
{%- endmacro %}

{% macro postgres__inlined_cte() -%}
    not materialized{{ ' ' }}
{%- endmacro %}
