{# The contract of an input table as a list of columns in YAML order:
   name, data_type, required, strict, pii, protected, references, null_text_na. #}
{% macro input_contract(table) %}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.input_' ~ table] -%}
    {%- set columns = [] -%}
    {%- for column in node.columns.values() -%}
        {%- set meta = column.get('config', {}).get('meta') or column.get('meta') or {} -%}
        {%- do columns.append({
            'name': column.name,
            'data_type': column.data_type,
            'required': meta.get('required', false),
            'strict': meta.get('strict', false),
            'pii': meta.get('pii', false),
            'protected': meta.get('protected', false),
            'references': meta.get('references'),
            'code_list': meta.get('code_list'),
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
