{# A var that must be one of a few words. #}
{% macro choice_setting(name, choices) %}
    {%- set value = var(name) | string -%}
    {%- if value not in choices -%}
        {{ exceptions.raise_compiler_error(
            "The setting '" ~ name ~ "' is '" ~ value ~ "'; it must be one of " ~ choices | join(', ')
            ~ ". Correct it in dbt_project.yml or in --vars.") }}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
