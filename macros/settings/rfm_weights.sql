{# What the three RFM scores count for in rfm_weighted_score: numbers of 0 or more, not all 0; their sum need not be 1. #}
{% macro rfm_weights() %}
    {%- set weights = var('rfm_weights') -%}
    {%- set sentence = "The setting 'rfm_weights' is '" ~ weights ~ "'; it must give recency, frequency and monetary a number from 0 to 1000 each, not all 0. Correct it in dbt_project.yml or in --vars." -%}
    {%- if weights is not mapping or weights | list | sort != ['frequency', 'monetary', 'recency'] -%}
        {{ exceptions.raise_compiler_error(sentence) }}
    {%- endif -%}
    {%- for weight in weights.values() -%}
        {%- if weight is not number or weight is sameas true or weight is sameas false or not (0 <= weight <= 1000) -%}
            {{ exceptions.raise_compiler_error(sentence) }}
        {%- endif -%}
    {%- endfor -%}
    {%- if weights.values() | sum == 0 -%}{{ exceptions.raise_compiler_error(sentence) }}{%- endif -%}
    {{ return(weights) }}
{% endmacro %}
