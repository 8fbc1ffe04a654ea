{# One text that differs when any of the columns differs; null is a value of its own. #}
{% macro row_fingerprint(columns) -%}
    md5(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as varchar), '~'){% endfor %}))
{%- endmacro %}
