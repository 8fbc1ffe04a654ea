{# A var that must match a pattern as a whole (identifiers, currency codes, zone names): nothing else
   ever reaches SQL, so a hostile value cannot either. `shape` says in words what is expected. #}
{% macro pattern_setting(name, pattern, shape) %}
    {%- set value = var(name) | string -%}
    {%- if not modules.re.fullmatch(pattern, value) -%}
        {{ exceptions.raise_compiler_error(
            "The setting '" ~ name ~ "' is '" ~ value ~ "'; it must be " ~ shape
            ~ ". Correct it in dbt_project.yml or in --vars.") }}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
