{# The accepted rows of a table to count: its model, or the judgement itself where no later model reads the table. #}
{% macro accepted_relation(table) -%}
    {%- if table in ['contacts', 'stores', 'technologies', 'social_interactions', 'reviews', 'survey_responses', 'opportunities'] -%}
    (
        {{ judged_rows(table) | indent(4) }}
    ) as judged
    where judged.rejection_rule_id is null
    {%- else -%}
    {{ ref('int_' ~ table ~ '_accepted') }}
    {%- endif -%}
{%- endmacro %}
