-- one row per paid subscription known at the current as-of date, with the contract (the customer's 1st, 2nd, ...) it
-- belongs to: rows of a customer that overlap, follow each other or leave a gap shorter than a break are one contract.
-- Free plans and trials (no amount) are no contract: there is nothing to renew
with

subscriptions as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        settings.as_of_date,
        settings.break_days,
        coalesce(subscriptions.plan_tier, subscriptions.plan, 'no_plan') as plan,
        coalesce(intervals.billing_interval, 'month') as billing_interval,
        cast(coalesce(intervals.interval_months, 1) as {{ dbt.type_int() }}) as interval_months,
        coalesce(subscriptions.seats, 0) as seats,
        cast(subscriptions.mrr_amount * subscriptions.rate_to_reporting as {{ type_double() }}) as mrr_amount,
        subscriptions.started_date,
        -- an end after the as-of date is not known yet
        case when subscriptions.ended_date <= settings.as_of_date then subscriptions.ended_date end as ended_date
    from {{ ref('int_subscriptions_accepted') }} as subscriptions
    inner join {{ ref('int_contract_settings') }} as settings
        on subscriptions.started_date <= settings.as_of_date
    left join {{ ref('contract_intervals') }} as intervals
        on subscriptions.billing_interval = intervals.billing_interval
    where subscriptions.mrr_amount > 0
        -- what ended on its first day never ran
        and (subscriptions.ended_date is null or subscriptions.ended_date > subscriptions.started_date)
),

covered as (
    select
        subscriptions.*,
        max(coalesce(ended_date, as_of_date)) over (
            partition by customer_id order by started_date, subscription_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until_date
    from subscriptions
)

select
    subscription_id,
    customer_id,
    as_of_date,
    sum(case when {{ days_between('covered_until_date', 'started_date') }} < break_days then 0 else 1 end) over (
        partition by customer_id order by started_date, subscription_id
        rows between unbounded preceding and current row
    ) as contract_number,
    plan,
    billing_interval,
    interval_months,
    seats,
    mrr_amount,
    started_date,
    ended_date
from covered
