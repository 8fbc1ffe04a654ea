-- one row: the date whose cut points stay fixed for the comparison over time. The first date of the spine, from the wanted
-- one on, with enough scored buyers; where there is none, the as-of date itself
with

sizes as (
    select
        as_of_date,
        sum(customers_count) as customers_count
    from {{ ref('int_rfm_groups_as_of') }}
    group by as_of_date
),

dates as (
    select
        spine.as_of_date,
        spine.is_current,
        coalesce(sizes.customers_count, 0) >= settings.minimum_base_customers_count
            and spine.as_of_date >= coalesce(settings.base_from_date, spine.as_of_date) as is_eligible
    from {{ ref('int_as_of_dates') }} as spine
    cross join {{ ref('int_rfm_settings') }} as settings
    left join sizes
        on spine.as_of_date = sizes.as_of_date
)

select
    coalesce(
        min(case when is_eligible then as_of_date end),
        max(case when is_current then as_of_date end)
    ) as base_date
from dates
