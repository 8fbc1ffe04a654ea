{# Made-up facts on both sides of thresholds get the label that is wanted, by the real rules. `cases`: rows with <name>_situation, measures
   and `expect`: scheme -> rule_id; `beyond`: scheme -> the labels below the lower and above the upper bound, none where there is none. #}
{% test labels_at_their_edges(model, cases) %}
{#- these hold the rules as delivered, so a refresh leaves them out: a threshold is for its users to change -#}
{{ config(tags=['rules_as_delivered']) }}
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
    {%- set beyond = case.get('beyond', {}).get(scheme) %}
    select
        '{{ number }}' as customer_id,
        '{{ scheme }}' as scheme,
        '{{ rule_id }}' as rule_id,
        {{ 'true' if beyond else 'false' }} as is_beyond_wanted,
        '{{ (beyond or ['none', 'none'])[0] }}' as lower_segment,
        '{{ (beyond or ['none', 'none'])[1] }}' as upper_segment
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
    labels.rule_id as found_rule_id,
    wanted.lower_segment as wanted_lower_segment,
    labels.lower_segment as found_lower_segment,
    wanted.upper_segment as wanted_upper_segment,
    labels.upper_segment as found_upper_segment
from wanted
left join labels
    on wanted.customer_id = labels.customer_id
    and wanted.scheme = labels.scheme
where {{ rules_are_as_delivered('wanted.scheme') }}
    and (
        coalesce(labels.rule_id, 'none') <> wanted.rule_id
        or (wanted.is_beyond_wanted and coalesce(labels.lower_segment, 'none') <> wanted.lower_segment)
        or (wanted.is_beyond_wanted and coalesce(labels.upper_segment, 'none') <> wanted.upper_segment)
    )
{% endtest %}
