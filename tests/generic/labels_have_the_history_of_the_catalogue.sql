{# A scheme that the catalogue calls backfilled has labels at every date of the spine with customers, the others at the current one only. #}
{% test labels_have_the_history_of_the_catalogue(model) %}
with

dates as (
    select
        as_of_date,
        is_current
    from {{ ref('int_customers_as_of') }}
    group by as_of_date, is_current
),

found as (
    select
        scheme,
        as_of_date
    from {{ model }}
    group by scheme, as_of_date
)

select
    schemes.scheme,
    dates.as_of_date,
    schemes.history
from {{ ref('scheme_catalogue') }} as schemes
cross join dates
left join found
    on schemes.scheme = found.scheme
    and dates.as_of_date = found.as_of_date
where (found.scheme is not null) <> (dates.is_current or schemes.history = 'backfilled')
{% endtest %}
