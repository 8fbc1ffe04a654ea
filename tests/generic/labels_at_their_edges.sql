{# Made-up facts on both sides of thresholds get the label that is wanted, by the real rules. `cases`: rows with <name>_situation, measures
   and `expect`: scheme -> rule_id. #}
{% test labels_at_their_edges(model, cases) %}
{%- set lists = labels_lists(model.identifier) -%}
{%- set measures = lists.get('measures', []) -%}
with

facts as (
    {%- for case in cases %}
    select
        '{{ loop.index }}' as customer_id,
        true as is_current,
        {%- for situation in lists.get('situations', []) %}
        cast({{ "'" ~ case[situation] ~ "'" if situation in case else 'null' }} as {{ dbt.type_string() }}) as {{ situation }}_situation,
        {%- endfor %}
        {%- for measure in measures %}
        cast({{ case.get(measure, 'null') }} as {{ type_double() }}) as {{ measure }},
        {%- endfor %}
        {%- for text in lists.get('texts', []) %}
        cast({{ "'" ~ case[text] ~ "'" if text in case else 'null' }} as {{ dbt.type_string() }}) as {{ text }},
        {%- endfor %}
        cast('2026-06-30' as date) as as_of_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

wanted as (
    {%- for case in cases %}
    {%- set number = loop.index %}
    {%- for scheme, rule_id in case.expect.items() %}
    select '{{ number }}' as customer_id, '{{ scheme }}' as scheme, '{{ rule_id }}' as rule_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

labels as (
    {{ scheme_labels('facts', lists=lists) }}
)

select
    wanted.customer_id as case_number,
    wanted.scheme,
    wanted.rule_id as wanted_rule_id,
    labels.rule_id as found_rule_id
from wanted
left join labels
    on wanted.customer_id = labels.customer_id
    and wanted.scheme = labels.scheme
where coalesce(labels.rule_id, 'none') <> wanted.rule_id
    and {{ rules_are_as_delivered('wanted.scheme') }}
{% endtest %}
