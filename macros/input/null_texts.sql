{# How systems write "nothing" in a text column. NA is a value where it is a country code (Namibia). #}
{% macro null_texts(column) %}
    {%- set texts = ['', 'null', 'none', 'n/a', '#n/a', '\\n', '-'] -%}
    {{ return(texts if column.code_list == 'countries' else texts + ['na']) }}
{% endmacro %}
