{# The contract of an input table as a list of columns in the order of the YAML, read from the source that this
   package declares, whoever calls: name, data_type, required, strict, pii, code_list. Only while a model runs: dbt hides the
   project graph while it parses and from unit tests. #}
{% macro input_contract(table) %}
    {%- set source_node = graph.sources['source.customer_segmentation.raw.' ~ table] -%}
    {%- set columns = [] -%}
    {%- for column in source_node.columns.values() -%}
        {%- set meta = column.get('config', {}).get('meta') or column.get('meta') or {} -%}
        {%- do columns.append({
            'name': column.name,
            'data_type': column.data_type,
            'required': meta.get('required', false),
            'strict': meta.get('strict', false),
            'pii': meta.get('pii', false),
            'code_list': meta.get('code_list'),
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
