{# The parts of a key as one text; a key of one part is that part, and null where it is; one of no part, since the source delivers
   none of it, is null: rows without a key are never taken for one another. A slash inside of a part is doubled, so no two keys give
   the same text ("-" alone is null: that is how systems write nothing). #}
{% macro joined_key(parts) -%}
    {%- if not parts -%}
        cast(null as {{ dbt.type_string() }})
    {%- elif parts | length == 1 -%}
        {{ parts[0] }}
    {%- else -%}
        concat_ws(' / '{% for part in parts %}, coalesce(replace({{ part }}, '/', '//'), '-'){% endfor %})
    {%- endif -%}
{%- endmacro %}
