{# Where the rows of an input table lie: in the model that `input_tables` names for it, alone or as project.model (so dbt builds that
   model first), else in the schema of raw tables. Unit tests give the rows of the source, whoever delivers them in a run. #}
{% macro raw_relation(table) %}
    {%- set declared = var('input_tables') -%}
    {%- set delivering = declared.get(table) if declared is mapping and model.resource_type != 'unit_test' -%}
    {%- if delivering == 'stg_' ~ table -%}
        {{ exceptions.raise_compiler_error(
            "The setting 'input_tables' names the model '" ~ delivering ~ "', and there is one of that name in customer_segmentation too; "
            ~ "say whose is meant, such as my_project." ~ delivering ~ ".") }}
    {%- endif -%}
    {{ return(ref(*delivering.split('.')) if delivering else source('raw', table)) }}
{% endmacro %}
