-- one row per as-of date and subscription that runs on it: the next renewal after the date, counted in whole billing
-- intervals from the start. An end after the as-of date is not known yet; an unknown interval leaves the renewal open
with

contracts as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        subscriptions.started_date,
        subscriptions.billing_interval,
        spine.as_of_date,
        intervals.interval_months as months_count,
        (extract(year from spine.as_of_date) - extract(year from subscriptions.started_date)) * 12
            + extract(month from spine.as_of_date) - extract(month from subscriptions.started_date) as months_apart_count
    from {{ ref('int_subscriptions_accepted') }} as subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on subscriptions.started_date <= spine.as_of_date
        and (subscriptions.ended_date is null or subscriptions.ended_date > spine.as_of_date)
    left join {{ ref('billing_interval_months') }} as intervals
        on subscriptions.billing_interval = intervals.billing_interval
),

-- whole intervals in the calendar months apart: this renewal lies in the month of the as-of date at the latest, so
-- either it is still to come or the one after it is the next
candidates as (
    select
        contracts.*,
        cast(months_apart_count - months_apart_count % months_count as {{ dbt.type_int() }}) as months_candidate_count
    from contracts
),

dated as (
    select
        candidates.*,
        cast({{ dbt.dateadd('month', 'months_candidate_count', 'started_date') }} as date) as candidate_date,
        cast({{ dbt.dateadd('month', 'months_candidate_count + months_count', 'started_date') }} as date) as following_date
    from candidates
)

select
    subscription_id,
    customer_id,
    as_of_date,
    billing_interval,
    months_count,
    case when candidate_date > as_of_date then candidate_date else following_date end as next_renewal_date
from dated
