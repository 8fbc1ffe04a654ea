{# The parts of a key as one text; a key of one part is that part, and null where it is. #}
{% macro joined_key(parts) -%}
    {%- if parts | length == 1 -%}
        {{ parts[0] }}
    {%- else -%}
        concat_ws(' / '{% for part in parts %}, coalesce({{ part }}, '-'){% endfor %})
    {%- endif -%}
{%- endmacro %}
