{%- set lists = custom_lists() | selectattr('needs', 'defined') | list -%}
-- one row per customer and condition of a custom segment: whether it holds; null where the input does not say. Nothing is answered where a condition
-- has a fault
with

faults as (
    select {{ joined_texts('sentence', '\n') }} as sentences from {{ ref('int_custom_condition_faults') }}
),

declared as (
    {{ declared_flags((lists | map(attribute='needs') | join(' and ')).split(' and ') | unique | list) }}
),

customers as (
    {{ custom_customers() | indent(4) }}
),

-- of a day the bounds are days back from the as-of date; where nothing is said of a customer that is an answer for lists of a loaded table and for
-- events that somebody ever showed
conditions as (
    {{ custom_condition_bounds(lists) | indent(4) }}
),

attribute_answers as (
    select
        customers.customer_id,
        conditions.custom_segment,
        conditions.condition_number,
        count(said.attribute) > 0 as has_value,
        max(case when {{ custom_value_meets('said', 'conditions') }} then 1 else 0 end) = 1 as is_met,
        max(case
            when conditions.name like 'bought%' then cast(customers.has_rejected_orders as {{ dbt.type_int() }})
            when conditions.name like 'contact%' then cast(customers.has_rejected_contacts as {{ dbt.type_int() }})
            when conditions.name = 'technology' then cast(customers.has_rejected_technologies as {{ dbt.type_int() }})
            when conditions.name = 'open_opportunities_count' then cast(customers.has_rejected_opportunities as {{ dbt.type_int() }})
        end) = 1 as may_be_more
    from customers
    inner join conditions
        on conditions.kind = 'attribute'
    left join {{ ref('custom_attributes') }} as said
        on customers.customer_id = said.customer_id
        and conditions.name = said.attribute
    group by customers.customer_id, conditions.custom_segment, conditions.condition_number
),

event_answers as (
    select
        customers.customer_id,
        conditions.custom_segment,
        conditions.condition_number,
        counts.times_count is not null as has_value,
        coalesce(counts.times_count, 0) between coalesce(conditions.value_from, 0) and coalesce(conditions.value_up_to, 1e300) as is_met,
        case when conditions.name = 'placed_order' then customers.has_rejected_orders else customers.has_rejected_events end as may_be_more
    from customers
    inner join conditions on conditions.kind = 'event'
    left join {{ ref('int_custom_event_counts') }} as counts
        on customers.customer_id = counts.customer_id
        and conditions.custom_segment = counts.custom_segment
        and conditions.condition_number = counts.condition_number
)

select
    answers.customer_id,
    answers.custom_segment,
    answers.condition_number,
    conditions.part,
    conditions.group_number,
    case
        when faults.sentences is not null then {{ raise_error('faults.sentences') }} = ''
        {{ custom_answer('answers', 'conditions') | indent(8) }}
    end as is_met
from (
    select * from attribute_answers
    union all
    select * from event_answers
) as answers
inner join conditions
    on answers.custom_segment = conditions.custom_segment
    and answers.condition_number = conditions.condition_number
cross join faults
