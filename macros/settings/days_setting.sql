{# A var that is a whole number of days between two limits (both allowed). #}
{% macro days_setting(name, minimum, maximum) %}
    {%- set value = number_setting(name, minimum, maximum) -%}
    {%- if value != value | int -%}
        {{ exceptions.raise_compiler_error(
            "The setting '" ~ name ~ "' is '" ~ value ~ "'; it must be a whole number of days. Correct it in dbt_project.yml or in --vars.") }}
    {%- endif -%}
    {{ return(value | int) }}
{% endmacro %}
