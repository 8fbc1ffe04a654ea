{# Whether the measure of a row lies within the bounds that a rule (rules.<measure>_from, _below) sets it, if any. #}
{% macro rule_holds(measure, relation) -%}
    coalesce({{ relation }}.{{ measure }} >= rules.{{ measure }}_from, rules.{{ measure }}_from is null)
        and coalesce({{ relation }}.{{ measure }} < rules.{{ measure }}_below, rules.{{ measure }}_below is null)
{%- endmacro %}
