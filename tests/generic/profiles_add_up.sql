{# The segments of a scheme hold every customer of a date once: counts add up to the customers known, shares to 1. Nothing has
   grown at the first date of a scheme that is computed for past dates. #}
{% test profiles_add_up(model) %}
with

customers as (
    select
        as_of_date,
        count(*) as customers_count
    from {{ ref('int_customers_as_of') }}
    group by as_of_date
),

profiles as (
    select
        scheme,
        as_of_date,
        sum(customers_count) as customers_count,
        sum(customers_ratio) as customers_ratio,
        count(customers_change_count) as changes_count,
        row_number() over (partition by scheme order by as_of_date) as date_number
    from {{ model }}
    group by scheme, as_of_date
)

select
    profiles.scheme,
    profiles.as_of_date,
    profiles.customers_count,
    customers.customers_count as expected_count,
    profiles.changes_count
from profiles
inner join {{ ref('scheme_catalogue') }} as schemes
    on profiles.scheme = schemes.scheme
left join customers
    on profiles.as_of_date = customers.as_of_date
where profiles.customers_count <> coalesce(customers.customers_count, 0)
    or abs(profiles.customers_ratio - 1) > 0.000001
    or (profiles.date_number = 1 and profiles.changes_count > 0 and schemes.history = 'backfilled')
{% endtest %}
