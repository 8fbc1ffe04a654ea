-- one row per as-of date and distinct value of the last 365 days above zero: the share of all such value that customers
-- with a higher one make. Distinct values, not customers: equal customers cannot be parted, and the window stays small
with

distinct_values as (
    select
        as_of_date,
        value_last_365_days_amount,
        count(*) as customers_count,
        sum(cast(value_last_365_days_amount as decimal(38, 2))) as revenue_amount
    from {{ ref('int_customer_values_as_of') }}
    where value_last_365_days_amount > 0
    group by as_of_date, value_last_365_days_amount
),

cumulated as (
    select
        as_of_date,
        value_last_365_days_amount,
        customers_count,
        revenue_amount,
        sum(revenue_amount) over (
            partition by as_of_date
            order by value_last_365_days_amount desc
            rows between unbounded preceding and current row
        ) as revenue_to_here_amount,
        sum(revenue_amount) over (partition by as_of_date) as total_revenue_amount
    from distinct_values
)

select
    as_of_date,
    value_last_365_days_amount,
    customers_count,
    cast(revenue_to_here_amount - revenue_amount as {{ type_double() }})
        / cast(total_revenue_amount as {{ type_double() }}) as revenue_above_ratio
from cumulated
