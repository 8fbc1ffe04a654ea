{# Each crossing holds every customer, and the sums of its rows are the sizes of the segments. #}
{% test crossings_hold_everybody(model) %}
with

sizes as (
    select scheme, segment, count(*) as customers_count
    from {{ ref('segment_labels') }}
    where is_current
    group by scheme, segment
),

pairs as (select distinct scheme, other_scheme from {{ model }}),

sums as (
    select scheme, segment, other_scheme, sum(customers_count) as customers_count
    from {{ model }}
    group by scheme, segment, other_scheme
)

select concat(pairs.scheme, ' with ', pairs.other_scheme, ', ', sizes.segment, ': not every customer') as problem
from pairs
inner join sizes
    on pairs.scheme = sizes.scheme
left join sums
    on pairs.scheme = sums.scheme
    and pairs.other_scheme = sums.other_scheme
    and sizes.segment = sums.segment
where sums.customers_count is null
    or sums.customers_count <> sizes.customers_count
{% endtest %}
