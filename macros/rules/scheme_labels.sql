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
        deciding_measure as rule_measure,
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
        rules.rule_measure,
        rules.shown_lower_measure,
        rules.shown_upper_measure,
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
        and {{ rule_holds(measure, 'situations') }}
        {%- endfor %}
)
{%- if 'is_current' in keys %},

{{ labels_beyond('lower', measures) }},

{{ labels_beyond('upper', measures) }}
{%- endif %}

select
    {%- for key in keys %}
    matched.{{ key }},
    {%- endfor %}
    matched.scheme,
    matched.segment,
    matched.rule_id,
    matched.rule_version,
    matched.deciding_measure,
    matched.deciding_value,
    case matched.deciding_measure
        {%- for measure in measures + texts %}
        when '{{ measure }}' then cast(matched.{{ measure }} as {{ dbt.type_string() }})
        {%- endfor %}
    end as deciding_text,
    -- a computed bound narrows the rule's own, or stands for it where another measure explains
    case when matched.is_shown_as_decided then greatest(matched.lower_bound, matched.shown_lower_bound) else matched.shown_lower_bound end as lower_bound,
    case when matched.is_shown_as_decided then least(matched.upper_bound, matched.shown_upper_bound) else matched.shown_upper_bound end as upper_bound
    {%- if 'is_current' in keys %},
    beyond_lower.segment as lower_segment,
    beyond_upper.segment as upper_segment
    {%- endif %}
from matched
{%- if 'is_current' in keys %}
left join beyond_lower
    on matched.customer_id = beyond_lower.customer_id
    and matched.scheme = beyond_lower.scheme
    and matched.is_current = beyond_lower.is_current
left join beyond_upper
    on matched.customer_id = beyond_upper.customer_id
    and matched.scheme = beyond_upper.scheme
    and matched.is_current = beyond_upper.is_current
{%- endif %}
{%- endmacro %}
