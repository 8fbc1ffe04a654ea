{# The conditions of custom segments with bounds that a number of a customer is held against, and whether no value is an answer too. #}
{% macro custom_condition_bounds(lists) -%}
    select
        conditions.*,
        case conditions.value_kind
            when 'days' then 0
            when 'date' then case when conditions.has_upper_bound then {{ days_between('conditions.day_value', 'spine.as_of_date') }} end
            else conditions.lower_bound
        end as value_from,
        case conditions.value_kind
            when 'days' then conditions.upper_bound - 1
            when 'date' then case when conditions.has_lower_bound then {{ days_between('conditions.day_value', 'spine.as_of_date') }} end
            else conditions.upper_bound
        end as value_up_to,
        case
            when conditions.kind = 'event' then recorded.behavior is not null
            {%- for list in lists %}
            when conditions.name = '{{ list.name }}' then declared.has_{{ list.needs | replace(' and ', ' and declared.has_') }}
            {%- endfor %}
            else false
        end as none_is_an_answer
    from {{ ref('int_custom_conditions') }} as conditions
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
    cross join declared
    left join (select distinct behavior from {{ ref('int_customer_behavior_days') }}) as recorded
        on conditions.name = recorded.behavior
{%- endmacro %}

{# Whether a value that a customer has is what a condition asks for, before `not` turns it round. #}
{% macro custom_value_meets(value, condition) -%}
    case {{ condition }}.compared
        when 'whole' then {{ dbt.position("concat('|', " ~ value ~ ".text_value, '|')", "concat('|', " ~ condition ~ ".text_value, '|')") }} > 0
        when 'part' then {{ dbt.position(condition ~ '.text_value', value ~ '.text_value') }} > 0
        when 'start' then {{ dbt.position(condition ~ '.text_value', value ~ '.text_value') }} = 1
        when 'range' then {{ value }}.number_value between coalesce({{ condition }}.value_from, -1e300) and coalesce({{ condition }}.value_up_to, 1e300)
    end
{%- endmacro %}

{# The branches of an answer: true, false or, where the input does not say, null. Rows that were rejected may have said more: what was found stands,
   what was not found, or not more often, is not known. #}
{% macro custom_answer(answer, condition) -%}
        when {{ condition }}.compared = 'known' then {{ answer }}.has_value <> {{ condition }}.is_negated
        when not ({{ answer }}.has_value or {{ condition }}.none_is_an_answer) then null
        when {{ answer }}.may_be_more and ({{ condition }}.operator = 'stopped' or {{ answer }}.is_met = ({{ condition }}.operator = 'at_most')) then null
        else {{ answer }}.is_met <> {{ condition }}.is_negated
{%- endmacro %}
