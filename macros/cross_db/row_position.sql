{# Where a row stands in what was delivered: of two rows alike in all else the later one counts. Engines whose tables have
   no order say 0; a Parquet file has its own numbers (`found`: the columns of the raw table). #}
{% macro row_position(relation, found) %}
    {{- return(adapter.dispatch('row_position', 'customer_segmentation')(relation, found)) -}}
{% endmacro %}

{% macro default__row_position(relation, found) -%}
    0
{%- endmacro %}

{% macro duckdb__row_position(relation, found) -%}
    {%- if 'file_row_number' in found -%}
        file_row_number
    {%- elif load_relation(relation).is_table -%}
        rowid
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
