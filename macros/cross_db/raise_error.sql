{# An expression that stops the run with a sentence when it is evaluated. #}
{% macro raise_error(message) %}
    {{- return(adapter.dispatch('raise_error', 'customer_segmentation')(message)) -}}
{% endmacro %}

{% macro default__raise_error(message) -%}
    cast(raise_error({{ message }}) as {{ dbt.type_string() }})
{%- endmacro %}

{% macro duckdb__raise_error(message) -%}
    cast(error({{ message }}) as {{ dbt.type_string() }})
{%- endmacro %}
