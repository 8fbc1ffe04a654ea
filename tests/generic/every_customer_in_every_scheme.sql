{# Customers x schemes = rows: nobody lacks a label of any scheme in the catalogue. #}
{% test every_customer_in_every_scheme(model) %}
with

expected as (
    select
        schemes.scheme,
        count(*) as customers_count
    from {{ ref('scheme_catalogue') }} as schemes
    cross join (select customer_id from {{ ref('int_customers_as_of') }} where is_current) as customers
    group by schemes.scheme
),

found as (
    select
        scheme,
        count(distinct customer_id) as customers_count
    from {{ model }}
    group by scheme
)

select
    coalesce(expected.scheme, found.scheme) as scheme,
    expected.customers_count as expected_count,
    found.customers_count as found_count
from expected
full outer join found
    on expected.scheme = found.scheme
where coalesce(expected.customers_count, 0) <> coalesce(found.customers_count, 0)
{% endtest %}
