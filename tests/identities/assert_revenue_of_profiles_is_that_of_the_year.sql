-- for every date of the spine and every scheme: the revenue of its segments together is the sales less refunds of the 365 days up to
-- the date, added up from the purchase days themselves, and that of contracts (each segment is rounded to cents)
with

years as (
    select
        spine.as_of_date,
        sum(days.sales_amount - days.refund_amount) as revenue_amount,
        sum(days.orders_count) as orders_count
    from {{ ref('int_as_of_dates') }} as spine
    inner join {{ ref('int_customer_purchase_days') }} as days
        on days.activity_date <= spine.as_of_date
        and {{ days_between('days.activity_date', 'spine.as_of_date') }} < 365
    group by spine.as_of_date
),

contracts as (
    select
        as_of_date,
        sum(subscription_revenue_last_365_days_amount) as revenue_amount
    from {{ ref('int_customer_contracts_as_of') }}
    group by as_of_date
),

profiles as (
    select
        profiles.scheme,
        profiles.as_of_date,
        sum(profiles.revenue_amount) as revenue_amount,
        sum(profiles.orders_count) as orders_count,
        count(*) as segments_count
    from {{ ref('segment_profiles') }} as profiles
    group by profiles.scheme, profiles.as_of_date
)

select
    profiles.scheme,
    profiles.as_of_date,
    profiles.revenue_amount,
    coalesce(years.revenue_amount, 0) + coalesce(contracts.revenue_amount, 0) as expected_revenue_amount,
    profiles.orders_count,
    years.orders_count as expected_orders_count
from profiles
left join years
    on profiles.as_of_date = years.as_of_date
left join contracts
    on profiles.as_of_date = contracts.as_of_date
where abs(profiles.revenue_amount - coalesce(years.revenue_amount, 0) - coalesce(contracts.revenue_amount, 0)) > 0.01 * profiles.segments_count
    or profiles.orders_count <> coalesce(years.orders_count, 0)
