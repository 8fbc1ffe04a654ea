{# In a project that installs this one dbt may look for a name there first: a model `countries` of that project would be read instead of
   the seed here, and nobody would notice. Stops the run where that happened. A node of that project may stand for one that was
   disabled here, and what `input_tables` names is meant. #}
{% macro refuse_taken_names() %}
    {%- set own = graph.nodes.values() | selectattr('package_name', 'equalto', 'customer_segmentation') | list -%}
    {%- set names = own | map(attribute='name') | list -%}
    {%- set declared = deployment_setting('input_tables') -%}
    {%- for node in own -%}
        {%- set meant = declared.get(node.name | replace('stg_', '', 1)) | string if declared is mapping else '' -%}
        {%- for parent in node.depends_on.nodes or [] -%}
            {%- set kind, package, name = parent.split('.')[0], parent.split('.')[1], parent.split('.', 2)[2] -%}
            {%- if package != 'customer_segmentation' and (kind == 'source' or name in names) and meant not in (name, package ~ '.' ~ name) -%}
                {{ exceptions.raise_compiler_error(
                    "dbt reads the " ~ kind ~ " '" ~ name ~ "' of the project " ~ package ~ " where " ~ node.name
                    ~ " means the one of customer_segmentation; rename it, or say `require_ref_searches_node_package_before_root: true` "
                    ~ "under `flags` in your dbt_project.yml.") }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
