-- the shares of the groups add up to 1 on every date, by both kinds of cut points, and the buyers are the scored ones
with

scored as (
    select
        as_of_date,
        count(*) as customers_count
    from {{ ref('rfm_facts') }}
    where rfm_rank is not null
    group by as_of_date
),

trends as (
    select
        as_of_date,
        max(customers_count) as customers_count,
        sum(own_value) as own_ratio,
        sum(fixed_value) as fixed_ratio
    from {{ ref('rfm_score_trends') }}
    where kind = 'segment_ratio'
    group by as_of_date
)

select
    scored.as_of_date,
    scored.customers_count,
    trends.customers_count as trend_customers_count,
    trends.own_ratio,
    trends.fixed_ratio
from scored
full outer join trends
    on scored.as_of_date = trends.as_of_date
where coalesce(scored.customers_count, 0) <> coalesce(trends.customers_count, 0)
    or abs(trends.own_ratio - 1) > 0.000001
    or abs(trends.fixed_ratio - 1) > 0.000001
