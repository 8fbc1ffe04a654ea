-- one row per rule and situation: the box of measures in which the rule holds. The measures of a situation, two at most, are
-- its axes in alphabetical order; a rule that does not name an axis is open on it
with

rules as (
    select
        segment_rules.*,
        situations.word as in_situation
    from {{ ref('segment_rules') }} as segment_rules
    cross join {{ split_words('segment_rules.situation') }} as situations
),

sides as (
    select scheme, in_situation, rule_id, deciding_measure as measure, lower_bound, upper_bound
    from rules
    union all
    select scheme, in_situation, rule_id, also_measure as measure, also_lower_bound as lower_bound, also_upper_bound as upper_bound
    from rules
),

axes as (
    select
        scheme,
        in_situation,
        count(distinct measure) as axes_count,
        min(measure) as first_axis,
        nullif(max(measure), min(measure)) as second_axis
    from sides
    group by scheme, in_situation
)

select
    rules.scheme,
    rules.in_situation as situation,
    rules.rule_id,
    rules.segment,
    rules.then_situation,
    axes.axes_count,
    {%- for axis in ['first', 'second'] %}
    axes.{{ axis }}_axis,
    {%- for bound in ['lower', 'upper'] %}
    max(case when sides.measure = axes.{{ axis }}_axis then sides.{{ bound }}_bound end) as {{ axis }}_{{ bound }}_bound,
    {%- endfor %}
    {%- endfor %}
    max(case when sides.measure is null and coalesce(sides.lower_bound, sides.upper_bound) is not null then 1 else 0 end) = 1 as has_bound_without_measure
from rules
inner join axes
    on rules.scheme = axes.scheme
    and rules.in_situation = axes.in_situation
inner join sides
    on rules.rule_id = sides.rule_id
    and rules.in_situation = sides.in_situation
group by
    rules.scheme, rules.in_situation, rules.rule_id, rules.segment, rules.then_situation,
    axes.axes_count, axes.first_axis, axes.second_axis
