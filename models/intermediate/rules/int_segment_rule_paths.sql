{%- set depth = 4 -%}
-- one row per situation that facts can give, way through the rules to a label (up to four rules in a row) and measure with bounds
-- on that way; the measure is null where the situation alone decides. Nothing is given where the rules have a fault
with

faults as (
    select {{ joined_texts('sentence', '\n') }} as sentences
    from {{ ref('int_segment_rule_faults') }}
),

steps as (
    select
        rules.*,
        boxes.situation as in_situation
    from {{ ref('segment_rules') }} as rules
    inner join {{ ref('int_segment_rule_boxes') }} as boxes
        on rules.rule_id = boxes.rule_id
),

conditions as (
    {%- for length in range(1, depth + 1) %}
    {%- for step in range(1, length + 1) %}
    {%- for side, prefix in [('deciding', ''), ('also', 'also_')] %}
    select
        step_1.scheme,
        step_1.in_situation as situation,
        concat_ws(' > '{% for n in range(1, length + 1) %}, step_{{ n }}.rule_id{% endfor %}) as path,
        step_{{ length }}.rule_id,
        step_{{ step }}.{{ side }}_measure as measure,
        step_{{ step }}.{{ prefix }}lower_bound as lower_bound,
        step_{{ step }}.{{ prefix }}upper_bound as upper_bound
    from steps as step_1
    {%- for n in range(2, length + 1) %}
    inner join steps as step_{{ n }}
        on step_{{ n - 1 }}.scheme = step_{{ n }}.scheme
        and step_{{ n - 1 }}.then_situation = step_{{ n }}.in_situation
    {%- endfor %}
    where step_{{ length }}.then_situation is null
    {{ 'union all' if not (loop.last and step == length and length == depth) }}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
)

select
    schemes.family,
    schemes.situations,
    conditions.scheme,
    conditions.situation,
    conditions.path,
    conditions.rule_id,
    case when faults.sentences is null then rules.segment else {{ raise_error('faults.sentences') }} end as segment,
    rules.rule_version,
    rules.deciding_measure,
    rules.shown_measure,
    rules.shown_lower_measure,
    rules.shown_upper_measure,
    conditions.measure,
    -- on the way a measure may be bounded twice: the narrowest range holds
    max(conditions.lower_bound) as lower_bound,
    min(conditions.upper_bound) as upper_bound
from conditions
cross join faults
inner join {{ ref('segment_rules') }} as rules
    on conditions.rule_id = rules.rule_id
inner join {{ ref('scheme_catalogue') }} as schemes
    on conditions.scheme = schemes.scheme
group by
    schemes.family, schemes.situations, conditions.scheme, conditions.situation, conditions.path, conditions.rule_id,
    faults.sentences, rules.segment, rules.rule_version, rules.deciding_measure, rules.shown_measure, rules.shown_lower_measure,
    rules.shown_upper_measure, conditions.measure
