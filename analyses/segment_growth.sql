-- how the lifecycle stages grew and shrank over the last months, one column per stage
select
    as_of_date,
    sum(case when segment = 'new' then customers_count end) as new_count,
    sum(case when segment = 'active' then customers_count end) as active_count,
    sum(case when segment = 'loyal' then customers_count end) as loyal_count,
    sum(case when segment = 'at_risk' then customers_count end) as at_risk_count,
    sum(case when segment = 'churned' then customers_count end) as churned_count
from {{ ref('segment_profiles') }}
where scheme = 'lifecycle'
group by as_of_date
order by as_of_date
