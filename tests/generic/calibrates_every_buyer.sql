{# On every date with an outcome the segments of a scheme hold every buyer once. #}
{% test calibrates_every_buyer(model) %}
with

buyers as (
    select
        as_of_date,
        count(*) as customers_count
    from {{ ref('int_customer_order_outcomes') }}
    group by as_of_date
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
where judged.customers_count <> coalesce(buyers.customers_count, 0)
{% endtest %}
