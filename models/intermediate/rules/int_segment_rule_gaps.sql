-- one row per scheme, situation and cell of its measures that not exactly one rule holds: a gap, or rules that overlap. The
-- bounds of a situation cut its axes into ranges; a cell is one range of each
with

boxes as (
    select *
    from {{ ref('int_segment_rule_boxes') }}
    where axes_count <= 2
),

starts as (
    {%- for axis in ['first', 'second'] %}
    select scheme, situation, '{{ axis }}' as axis, cast(-1e300 as {{ type_double() }}) as start_bound
    from boxes
    union
    {%- for bound in ['lower', 'upper'] %}
    select scheme, situation, '{{ axis }}' as axis, {{ axis }}_{{ bound }}_bound as start_bound
    from boxes
    where {{ axis }}_{{ bound }}_bound is not null
    {{ 'union' if not loop.last }}
    {%- endfor %}
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

ranges as (
    select
        starts.*,
        lead(start_bound) over (partition by scheme, situation, axis order by start_bound) as end_bound
    from starts
),

cells as (
    select
        first_ranges.scheme,
        first_ranges.situation,
        first_ranges.start_bound as first_start,
        first_ranges.end_bound as first_end,
        second_ranges.start_bound as second_start,
        second_ranges.end_bound as second_end
    from ranges as first_ranges
    inner join ranges as second_ranges
        on first_ranges.scheme = second_ranges.scheme
        and first_ranges.situation = second_ranges.situation
        and first_ranges.axis = 'first'
        and second_ranges.axis = 'second'
)

select
    cells.scheme,
    cells.situation,
    max(boxes.first_axis) as first_axis,
    cells.first_start,
    cells.first_end,
    max(boxes.second_axis) as second_axis,
    cells.second_start,
    cells.second_end,
    sum(case when {{ box_holds('first') }} and {{ box_holds('second') }} then 1 else 0 end) as rules_count,
    min(case when {{ box_holds('first') }} and {{ box_holds('second') }} then boxes.rule_id end) as first_rule_id,
    max(case when {{ box_holds('first') }} and {{ box_holds('second') }} then boxes.rule_id end) as last_rule_id
from cells
inner join boxes
    on cells.scheme = boxes.scheme
    and cells.situation = boxes.situation
group by cells.scheme, cells.situation, cells.first_start, cells.first_end, cells.second_start, cells.second_end
having sum(case when {{ box_holds('first') }} and {{ box_holds('second') }} then 1 else 0 end) <> 1
