{# What customers are divided by before they are clustered: none, customer_type or lifecycle_group. #}
{% macro persona_group() %}
    {{- return(pattern_setting('persona_group', 'none|customer_type|lifecycle_group', 'none, customer_type or lifecycle_group')) -}}
{% endmacro %}
