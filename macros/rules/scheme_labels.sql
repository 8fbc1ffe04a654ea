{# The labels of a family: one row per row of its facts and scheme of the catalogue, by the one rule of the seed segment_rules whose
   situation is the row's and whose bounds hold its measures. The rule that matched is the explanation: nothing about a label stands
   anywhere else. `lists`, the meta of the labels in YAML: family; situations: the columns <name>_situation of the facts; measures: the
   numeric columns that rules may name, also to show them or as computed bounds; texts: text columns that rules may show. #}
{% macro scheme_labels(facts, lists=none, keys=['customer_id', 'as_of_date', 'is_current']) -%}
{%- set lists = lists if lists is not none else labels_lists(model.name) -%}
{%- set measures, texts = lists.get('measures', []), lists.get('texts', []) -%}
with

rules as (
    select
        scheme,
        situations,
        situation,
        rule_id,
        {{ known_measures(lists.family, measures, texts) }} as known_segment,
        rule_version,
        coalesce(shown_measure, deciding_measure) as deciding_measure,
        shown_measure is null as is_shown_as_decided,
        shown_lower_measure,
        shown_upper_measure,
        max(case when measure = deciding_measure then lower_bound end) as lower_bound,
        min(case when measure = deciding_measure then upper_bound end) as upper_bound
        {%- for measure in measures %},
        max(case when measure = '{{ measure }}' then lower_bound end) as {{ measure }}_from,
        min(case when measure = '{{ measure }}' then upper_bound end) as {{ measure }}_below
        {%- endfor %}
    from {{ ref('int_segment_rule_paths') }}
    where family = '{{ lists.family }}'
        and situations in ('{{ lists.get('situations', []) | join("', '") }}')
    group by
        scheme, situations, situation, path, rule_id, known_segment, rule_version, deciding_measure, shown_measure, shown_lower_measure, shown_upper_measure
),

schemes as (
    select scheme, situations from rules group by scheme, situations
),

situations as (
    select
        facts.*,
        schemes.scheme,
        case schemes.situations
            {%- for situation in lists.get('situations', []) %}
            when '{{ situation }}' then facts.{{ situation }}_situation
            {%- endfor %}
        end as situation
    from {{ facts }} as facts
    cross join schemes
),

matched as (
    select
        situations.*,
        rules.rule_id,
        rules.known_segment as segment,
        rules.rule_version,
        rules.deciding_measure,
        rules.is_shown_as_decided,
        rules.lower_bound,
        rules.upper_bound,
        {{ measure_named('rules.deciding_measure', measures) }} as deciding_value,
        {{ measure_named('rules.shown_lower_measure', measures) }} as shown_lower_bound,
        {{ measure_named('rules.shown_upper_measure', measures) }} as shown_upper_bound
    from situations
    inner join rules
        on situations.scheme = rules.scheme
        and situations.situation = rules.situation
        {%- for measure in measures %}
        and coalesce(situations.{{ measure }} >= rules.{{ measure }}_from, rules.{{ measure }}_from is null)
        and coalesce(situations.{{ measure }} < rules.{{ measure }}_below, rules.{{ measure }}_below is null)
        {%- endfor %}
)

select
    {%- for key in keys %}
    {{ key }},
    {%- endfor %}
    scheme,
    segment,
    rule_id,
    rule_version,
    deciding_measure,
    deciding_value,
    case deciding_measure
        {%- for measure in measures + texts %}
        when '{{ measure }}' then cast({{ measure }} as {{ dbt.type_string() }})
        {%- endfor %}
    end as deciding_text,
    -- a computed bound narrows the rule's own, or stands for it where another measure explains
    case when is_shown_as_decided then greatest(lower_bound, shown_lower_bound) else shown_lower_bound end as lower_bound,
    case when is_shown_as_decided then least(upper_bound, shown_upper_bound) else shown_upper_bound end as upper_bound
from matched
{%- endmacro %}
