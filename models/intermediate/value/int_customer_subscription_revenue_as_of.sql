-- one row per customer and as-of date with a subscription started up to then: recurring revenue of the last 365 days and
-- of the 365 days before, monthly amounts over the days they ran, a month being 365.25 / 12 days
with

spine as (
    select
        as_of_date,
        {{ days_before('as_of_date', 365) }} as date_365_days_before,
        {{ days_before('as_of_date', 730) }} as date_730_days_before
    from {{ ref('int_as_of_dates') }}
),

subscriptions as (
    select
        subscriptions.customer_id,
        spine.as_of_date,
        spine.date_365_days_before,
        spine.date_730_days_before,
        subscriptions.started_date,
        -- an end after the as-of date is not known yet, and changes nothing
        least(coalesce(subscriptions.ended_date, spine.as_of_date), spine.as_of_date) as last_date,
        cast(subscriptions.mrr_amount * subscriptions.rate_to_reporting as {{ type_double() }}) as mrr_amount
    from {{ ref('int_subscriptions_accepted') }} as subscriptions
    inner join spine
        on subscriptions.started_date <= spine.as_of_date
),

windowed as (
    select
        customer_id,
        as_of_date,
        mrr_amount,
        {{ days_between('greatest(started_date, date_365_days_before)', 'last_date') }} as days_in_last_365_days,
        {{ days_between('greatest(started_date, date_730_days_before)', 'least(last_date, date_365_days_before)') }} as days_in_previous_365_days
    from subscriptions
)

select
    customer_id,
    as_of_date,
    sum(mrr_amount * greatest(days_in_last_365_days, 0)) * 12 / {{ double_literal(365.25) }} as subscription_revenue_last_365_days_amount,
    sum(mrr_amount * greatest(days_in_previous_365_days, 0)) * 12 / {{ double_literal(365.25) }} as subscription_revenue_previous_365_days_amount
from windowed
group by customer_id, as_of_date
