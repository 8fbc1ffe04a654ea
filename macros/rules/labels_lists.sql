{# What the YAML of the labels of a family says in its meta: family, situations, measures, texts. Empty while dbt parses. The labels are
   those of the package whose model or test asks, so a project that installs this one may have labels of its own. #}
{% macro labels_lists(labels_model) %}
    {%- if execute and graph -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == labels_model and node.package_name == model.package_name -%}
            {%- if not (node.config.meta.family and node.config.meta.situations) -%}
                {{ exceptions.raise_compiler_error(node.original_file_path ~ ': the YAML of ' ~ labels_model ~ ' must say family and situations in its meta.') }}
            {%- endif -%}
            {{ return(node.config.meta) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return({}) }}
{% endmacro %}
