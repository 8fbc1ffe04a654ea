{# What the YAML of the labels of a family says in its meta: family, situations, measures, texts. Empty while dbt parses. #}
{% macro labels_lists(labels_model) %}
    {%- if execute and graph -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == labels_model and node.package_name == 'customer_segmentation' -%}
            {{ return(node.config.meta) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return({}) }}
{% endmacro %}
