{# The text, or null where it is one of the ways to write nothing (null_texts). Compared one by one: engines turn a list into a join of every row. #}
{% macro null_without_text(expression, column) -%}
    {%- set texts = null_texts(column) -%}
    case when length({{ expression }}) > {{ texts | map('length') | max }} or ({% for text in texts %}lower({{ expression }}) <> '{{ text }}'{{ ' and ' if not loop.last }}{% endfor %}) then {{ expression }} end
{%- endmacro %}
