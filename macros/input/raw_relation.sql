{# Where the rows of an input table lie: in the model that `input_tables` names for it (so dbt builds that model first), else in the
   schema of raw tables. Unit tests give the rows of the source, whoever delivers them in a run. #}
{% macro raw_relation(table) %}
    {%- set declared = var('input_tables') -%}
    {%- set delivering = declared.get(table) if declared is mapping and model.resource_type != 'unit_test' -%}
    {{ return(ref(delivering) if delivering else source('raw', table)) }}
{% endmacro %}
