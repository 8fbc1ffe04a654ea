{# A var that is one of some words; anything else stops the run with one sentence. #}
{% macro choice_setting(name, choices) %}
    {%- set value = var(name) | string | trim -%}
    {%- if value not in choices -%}
        {{ exceptions.raise_compiler_error(
            "The setting '" ~ name ~ "' is '" ~ value ~ "'; it must be one of " ~ choices | join(', ')
            ~ ". Correct it in dbt_project.yml or in --vars.") }}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
