{# On every date with an outcome the segments of a scheme hold every buyer once. #}
{% test calibrates_every_buyer(model) %}
with

buyers as (
    select
        as_of_date,
        scheme,
        sum(case when scheme = 'lifecycle' or has_ordered then 1 else 0 end) as customers_count
    from {{ ref('int_customer_outcomes') }}
    cross join (select distinct scheme from {{ model }}) as schemes
    group by as_of_date, scheme
),

judged as (
    select
        scheme,
        as_of_date,
        sum(customers_count) as customers_count
    from {{ model }}
    group by scheme, as_of_date
)

select
    judged.scheme,
    judged.as_of_date,
    judged.customers_count,
    buyers.customers_count as expected_count
from judged
left join buyers
    on judged.as_of_date = buyers.as_of_date
    and judged.scheme = buyers.scheme
where judged.customers_count <> coalesce(buyers.customers_count, 0)
{% endtest %}
