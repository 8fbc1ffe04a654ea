{# All columns of a relation but some. Only where the contract, or a unit test, says which there are. #}
{% macro all_columns_but(relation, columns) %}
    {{- return(adapter.dispatch('all_columns_but', 'customer_segmentation')(relation, columns)) -}}
{% endmacro %}

{% macro default__all_columns_but(relation, columns) -%}
    {{ relation }}.*{% if columns %} except ({{ columns | join(', ') }}){% endif %}
{%- endmacro %}

{% macro duckdb__all_columns_but(relation, columns) -%}
    {{ relation }}.*{% if columns %} exclude ({{ columns | join(', ') }}){% endif %}
{%- endmacro %}
