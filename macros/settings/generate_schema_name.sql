{# Folder schemas by their plain names (staging, marts, …) in a warehouse of our own; behind the
   target's schema (analytics_marts) where the warehouse is shared. #}
{% macro generate_schema_name(custom_schema_name, node) %}
    {%- if not custom_schema_name -%}
        {{ target.schema }}
    {%- elif target.schema in ('main', 'default') -%}
        {{ custom_schema_name | trim }}
    {%- else -%}
        {{ target.schema }}_{{ custom_schema_name | trim }}
    {%- endif -%}
{% endmacro %}
