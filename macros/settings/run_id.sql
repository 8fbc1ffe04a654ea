{# Which run made a row: the id that the refresh command gives, else dbt's own invocation id. #}
{% macro run_id() %}
    {%- if execute -%}
        {%- set given = env_var('CUSTOMER_SEGMENTATION_RUN_ID', invocation_id) -%}
        {%- if not modules.re.fullmatch('[A-Za-z0-9_-]{1,64}', given) -%}
            {{ exceptions.raise_compiler_error(
                "The variable CUSTOMER_SEGMENTATION_RUN_ID is '" ~ given ~ "'; it may hold letters, digits, - and _ only.") }}
        {%- endif -%}
        {{ return(given) }}
    {%- endif -%}
{% endmacro %}
