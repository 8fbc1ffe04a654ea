-- the windows of a year and the revenue to date are counted alike: who first subscribed in the last 365 days, today among them, has nothing before it
select
    customer_id,
    as_of_date,
    subscription_revenue_amount,
    subscription_revenue_last_365_days_amount,
    subscription_revenue_previous_365_days_amount
from {{ ref('int_customer_contracts_as_of') }}
where {{ days_between('first_subscription_date', 'as_of_date') }} < 365
    and (
        subscription_revenue_last_365_days_amount <> subscription_revenue_amount
        or subscription_revenue_previous_365_days_amount <> 0
    )
