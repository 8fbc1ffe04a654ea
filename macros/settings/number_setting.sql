{# A var that is a number between two limits (both allowed); anything else stops the run with one sentence. #}
{% macro number_setting(name, minimum, maximum) %}
    {%- set value = var(name) -%}
    {%- if value is not number or value is sameas true or value is sameas false
           or value < minimum or value > maximum -%}
        {{ exceptions.raise_compiler_error(
            "The setting '" ~ name ~ "' is '" ~ value ~ "'; it must be a number from "
            ~ minimum ~ " to " ~ maximum ~ ". Correct it in dbt_project.yml or in --vars.") }}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
