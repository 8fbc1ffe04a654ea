{# Each pair of labels of scheme_agreement stands there in both directions with the same customers and lift, and the pairs of two schemes
   hold every customer whom both answer. #}
{% test agreement_reads_alike_both_ways(model) %}
with

one_way as (
    select
        concat(agreement.scheme, ' and ', agreement.other_scheme) as pair,
        agreement.customers_count,
        turned.customers_count as turned_count,
        agreement.lift_ratio,
        turned.lift_ratio as turned_ratio
    from {{ model }} as agreement
    left join {{ model }} as turned
        on agreement.scheme = turned.other_scheme
        and agreement.segment = turned.other_segment
        and agreement.other_scheme = turned.scheme
        and agreement.other_segment = turned.segment
),

answered as (
    select labels.customer_id, labels.scheme
    from {{ ref('segment_labels') }} as labels
    inner join {{ ref('segment_catalogue') }} as catalogue
        on labels.scheme = catalogue.scheme
        and labels.segment = catalogue.segment
    inner join {{ ref('scheme_catalogue') }} as schemes
        on labels.scheme = schemes.scheme
    where labels.is_current
        and catalogue.answer_kind = 'answer'
        and schemes.reads_risk
),

by_pair as (
    select scheme, other_scheme, sum(customers_count) as customers_count
    from {{ model }}
    group by scheme, other_scheme
),

counted as (
    select answered.scheme, others.scheme as other_scheme, count(*) as customers_count
    from answered
    inner join answered as others
        on answered.customer_id = others.customer_id
    group by answered.scheme, others.scheme
)

select concat(pair, ': another count or lift the other way round') as problem
from one_way
where turned_count is null
    or turned_count <> customers_count
    or abs(lift_ratio - turned_ratio) > 1e-9
union all
select concat(by_pair.scheme, ' and ', by_pair.other_scheme, ': not every customer whom both answer') as problem
from by_pair
left join counted
    on by_pair.scheme = counted.scheme
    and by_pair.other_scheme = counted.other_scheme
where counted.customers_count is null
    or counted.customers_count <> by_pair.customers_count
{% endtest %}
