-- one row per fault of the rules, as a sentence that names file, scheme, situation and what is wrong; empty, or no label is given
with

boxes as (
    select * from {{ ref('int_segment_rule_boxes') }}
),

situations as (
    select scheme, situation from boxes group by scheme, situation
),

faults as (
    select
        scheme,
        situation,
        case
            when rules_count = 0 then concat('no rule for ', {{ range_words('first_axis', 'first_start', 'first_end') }})
            else concat('rules ', first_rule_id, ' and ', last_rule_id, ' both hold for ', {{ range_words("coalesce(first_axis, 'everybody')", 'first_start', 'first_end') }})
        end as place,
        case when second_axis is null then '' else concat(' and ', {{ range_words('second_axis', 'second_start', 'second_end') }}) end as second_place
    from {{ ref('int_segment_rule_gaps') }}
    union all
    select scheme, situation, concat('its rules name ', cast(axes_count as {{ dbt.type_string() }}), ' measures, two at most can be compared') as place, '' as second_place
    from boxes
    where axes_count > 2
    group by scheme, situation, axes_count
    union all
    select scheme, situation, concat('rule ', rule_id, ' must give either a segment or a then_situation') as place, '' as second_place
    from boxes
    where (segment is null) = (then_situation is null)
    union all
    select scheme, situation, concat('rule ', rule_id, ' has a bound but no measure for it') as place, '' as second_place
    from boxes
    where has_bound_without_measure
    union all
    select scheme, situation, concat('rule ', rule_id, ' has a lower bound that is not below its upper bound') as place, '' as second_place
    from boxes
    where first_lower_bound >= first_upper_bound or second_lower_bound >= second_upper_bound
    union all
    select boxes.scheme, boxes.situation, concat('rule ', boxes.rule_id, ' leads to the situation ', boxes.then_situation, ', for which there are no rules') as place, '' as second_place
    from boxes
    left join situations on boxes.scheme = situations.scheme and boxes.then_situation = situations.situation
    where boxes.then_situation is not null and situations.situation is null
    union all
    -- a circle is longer than any limit
    select step_1.scheme, step_1.situation, concat('rule ', step_1.rule_id, ' begins more than four rules in a row') as place, '' as second_place
    from boxes as step_1
    {%- for step in [2, 3, 4] %}
    inner join boxes as step_{{ step }} on step_{{ step - 1 }}.scheme = step_{{ step }}.scheme and step_{{ step - 1 }}.then_situation = step_{{ step }}.situation
    {%- endfor %}
    where step_4.then_situation is not null
    group by step_1.scheme, step_1.situation, step_1.rule_id
    union all
    select boxes.scheme, boxes.situation, concat('rule ', boxes.rule_id, ' gives the label ', boxes.segment, ', which segment_catalogue does not know for this scheme') as place, '' as second_place
    from boxes
    left join {{ ref('segment_catalogue') }} as catalogue on boxes.scheme = catalogue.scheme and boxes.segment = catalogue.segment
    where boxes.segment is not null and catalogue.segment is null
    union all
    select boxes.scheme, boxes.situation, 'scheme_catalogue does not know this scheme' as place, '' as second_place
    from boxes
    left join {{ ref('scheme_catalogue') }} as schemes on boxes.scheme = schemes.scheme
    where schemes.scheme is null
    group by boxes.scheme, boxes.situation
)

select
    concat('seeds/rules/segment_rules.csv: scheme ', scheme, ', situation ', situation, ': ', place, second_place) as sentence
from faults
