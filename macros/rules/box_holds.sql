{# Whether the start of a cell lies within the box of a rule, on one of its axes (int_segment_rule_gaps). #}
{% macro box_holds(axis) -%}
    (cells.{{ axis }}_start >= coalesce(boxes.{{ axis }}_lower_bound, -1e300) and cells.{{ axis }}_start < coalesce(boxes.{{ axis }}_upper_bound, 1e300))
{%- endmacro %}
