{# How systems write "nothing" in a text column. NA is a value where it is a country code (Namibia). #}
{% macro null_texts(column) %}
    {%- set texts = ['', 'null', 'none', 'n/a', '#n/a', '\\n', '-'] -%}
    {{ return(texts if column.code_list == 'countries' else texts + ['na']) }}
{% endmacro %}

{# The text, or null where it is one of those. Compared one by one: engines turn a list into a join of every row. #}
{% macro null_without_text(expression, column) -%}
    {%- set texts = null_texts(column) -%}
    case when length({{ expression }}) > {{ texts | map('length') | max }} or ({% for text in texts %}lower({{ expression }}) <> '{{ text }}'{{ ' and ' if not loop.last }}{% endfor %}) then {{ expression }} end
{%- endmacro %}
