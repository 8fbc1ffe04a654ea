-- one row per condition of a custom segment, its value read as bounds or text, and the condition in words; what cannot be read is null here
-- and a sentence of int_custom_condition_faults
with

attributes as (
    {{ custom_attribute_rows() | indent(4) }}
),

conditions as (
    select
        conditions.*,
        case when conditions.kind = 'event' then 'event' else attributes.value_type end as value_type,
        {{ dbt.split_part('conditions.value', "'|'", 1) }} as first_value,
        case when conditions.value like '%|%' then {{ dbt.split_part('conditions.value', "'|'", 2) }} else conditions.value end as last_value
    from {{ ref('custom_segment_conditions') }} as conditions
    left join attributes
        on case when conditions.kind = 'attribute' then conditions.name end = attributes.name
)

select
    conditions.custom_segment,
    row_number() over (
        partition by conditions.custom_segment
        order by conditions.part desc, conditions.group_number, conditions.kind, conditions.name, conditions.operator, conditions.value, conditions.window_days
    ) as condition_number,
    conditions.part,
    conditions.group_number as group_text,
    {{ try_cast('conditions.group_number', 'bigint') }} as group_number,
    conditions.kind,
    conditions.name,
    conditions.operator,
    conditions.value,
    conditions.window_days as window_text,
    {{ try_cast('conditions.window_days', 'bigint') }} as window_days,
    conditions.value_type,
    operators.value_kind,
    operators.compared,
    operators.is_negated,
    operators.has_lower_bound,
    operators.has_upper_bound,
    lower(conditions.value) as text_value,
    case when operators.has_lower_bound then {{ try_cast('conditions.first_value', type_double()) }} end as lower_bound,
    case when operators.has_upper_bound then {{ try_cast('conditions.last_value', type_double()) }} end as upper_bound,
    {{ try_cast('conditions.value', 'date') }} as day_value,
    concat(
        conditions.name,
        ' ',
        replace(conditions.operator, '_', ' '),
        case when conditions.value is null then '' else concat(' ', replace(conditions.value, '|', case when operators.value_kind = 'numbers' then ' and ' else ' or ' end)) end,
        case operators.value_kind when 'times' then ' times' when 'days' then ' days' else '' end,
        case
            when conditions.window_days is null then ''
            when conditions.operator = 'stopped' then concat(' in the ', conditions.window_days, ' days before the last ', conditions.window_days, ' and not since')
            else concat(' in the last ', conditions.window_days, ' days')
        end
    ) as words
from conditions
left join {{ ref('custom_operators') }} as operators
    on conditions.value_type = operators.value_type
    and conditions.operator = operators.operator
