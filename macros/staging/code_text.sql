{# A word out of a list as one key, however it was written: "Stand-alone " and "stand alone" are stand_alone. #}
{% macro code_text(column) -%}
    lower(replace(replace({{ column }}, ' ', '_'), '-', '_'))
{%- endmacro %}
