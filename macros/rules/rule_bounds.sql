{# One row with the bounds of some rules as columns, for rules whose order and logic stand in SQL.
   `wanted`: 'rule_id.bound', bound one of lower, upper, also_lower, also_upper -> column <rule_id>_<bound>. #}
{% macro rule_bounds(wanted) -%}
    select
        {%- for item in wanted %}
        {%- set rule_id, bound = item.split('.') %}
        max(case when rule_id = '{{ rule_id }}' then {{ bound }}_bound end) as {{ rule_id }}_{{ bound }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('old_segment_rules') }}
{%- endmacro %}
