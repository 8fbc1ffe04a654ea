{# A condition: whether the rules of a scheme are those of this package. Where a project that installs it changed one (`changed_rows`), what the
   tests here expect of the scheme at its bounds is no longer meant. #}
{% macro rules_are_as_delivered(scheme) -%}
    {%- set changed = [] -%}
    {%- for row in deployment_setting('changed_rows').get('segment_rules', []) -%}
        {%- do changed.append(text_literal(row.rule_id)) -%}
    {%- endfor -%}
    {%- if changed -%}
        {{ scheme }} not in (select scheme from {{ ref('segment_rules') }} where rule_id in ({{ changed | join(', ') }}))
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
