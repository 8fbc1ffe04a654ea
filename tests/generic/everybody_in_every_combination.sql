{# Every customer is in each combination of schemes once, with the labels of customer_segments. #}
{% test everybody_in_every_combination(model) %}
select concat(combinations.combination, ': customers lack, have too many or have another label than theirs') as problem
from {{ ref('micro_segment_combinations') }} as combinations
cross join (select count(*) as customers_count from {{ ref('customer_segments') }}) as everybody
left join (
    select members.combination, count(*) as members_count, count(case when macro.customer_id is null then 1 end) as wrong_count
    from {{ model }} as members
    left join {{ ref('segment_labels') }} as macro
        on members.customer_id = macro.customer_id
        and members.as_of_date = macro.as_of_date
        and members.macro_scheme = macro.scheme
        and members.macro_segment = macro.segment
    group by members.combination
) as counted
    on combinations.combination = counted.combination
where coalesce(counted.members_count, 0) <> everybody.customers_count
    or counted.wrong_count > 0
{% endtest %}
