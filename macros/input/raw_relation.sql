{# Where the rows of an input table lie: in the model that `input_tables` names for it, alone or as project.model (so dbt builds that
   model first), else in the schema of raw tables. Unit tests give the rows of the source, whoever delivers them in a run. #}
{% macro raw_relation(table) %}
    {%- do deployment_setting('raw_schema') -%}  {#- the sources' YAML can call no macro -#}
    {%- set declared = deployment_setting('input_tables') -%}
    {%- set delivering = declared.get(table) if declared is mapping and model.resource_type != 'unit_test' -%}
    {{ return(ref(*delivering.split('.')) if delivering else source('raw', table)) }}
{% endmacro %}
