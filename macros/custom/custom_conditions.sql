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
    left join (
        select behavior, min(activity_date) as first_date from {{ ref('int_customer_behavior_days') }} group by behavior
    ) as recorded
        on conditions.name = recorded.behavior
        and spine.as_of_date >= recorded.first_date
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
        when {{ answer }}.may_be_more and case
                when {{ condition }}.operator = 'stopped' or ({{ condition }}.has_lower_bound and {{ condition }}.has_upper_bound) then true
                else {{ answer }}.is_met = coalesce({{ condition }}.has_upper_bound, false)
            end
            then null
        else {{ answer }}.is_met <> {{ condition }}.is_negated
{%- endmacro %}

{# One row per customer of the current as-of date with what of the customer could not be used: there may be more than what is known. Copies of a row
   that was kept, and what the source itself calls no fact, say nothing. #}
{% macro custom_customers() -%}
    select
        customers.customer_id,
        customers.has_rejected_orders,
        coalesce(engaged.has_rejected_engagement_rows, false) as has_rejected_events
        {%- for table in ['contacts', 'technologies', 'opportunities'] %},
        coalesce(rejected.{{ table }}_count, 0) > 0 as has_rejected_{{ table }}
        {%- endfor %}
    from {{ ref('int_customers_as_of') }} as customers
    left join {{ ref('int_customer_engagement_as_of') }} as engaged
        on customers.customer_id = engaged.customer_id
        and customers.as_of_date = engaged.as_of_date
    left join (
        select
            customer_id
            {%- for table in ['contacts', 'technologies', 'opportunities'] %},
            count(case when input_table = '{{ table }}' then 1 end) as {{ table }}_count
            {%- endfor %}
        from (
            {%- for table, day in {'contacts': 'cast(null as date)', 'technologies': 'first_seen_date', 'opportunities': 'created_date'}.items() %}
            select customer_id, '{{ table }}' as input_table, rejection_rule_id, {{ day }} as known_date
            from (
                {{ judged_rows(table) | indent(16) }}
            ) as judged_{{ table }}
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as judged
        inner join {{ ref('int_as_of_dates') }} as spine
            on spine.is_current
            and (judged.known_date is null or judged.known_date <= spine.as_of_date)
        where rejection_rule_id is not null
            and rejection_rule_id not in ('exact_duplicate', 'conflicting_duplicate', 'rejected_by_source')
        group by customer_id
    ) as rejected
        on customers.customer_id = rejected.customer_id
    where customers.is_current
{%- endmacro %}
