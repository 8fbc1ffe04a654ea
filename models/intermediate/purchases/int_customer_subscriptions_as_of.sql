-- one row per customer and as-of date with a subscription started up to that date; an end after the as-of date is
-- not known yet
with

subscriptions as (
    select
        subscriptions.customer_id,
        spine.as_of_date,
        subscriptions.started_date,
        case when subscriptions.ended_date <= spine.as_of_date then subscriptions.ended_date end as ended_date,
        -- decimal before any sum: a sum of floats depends on the order of adding
        cast(subscriptions.mrr_amount * subscriptions.rate_to_reporting as decimal(18, 4)) as mrr_amount
    from {{ ref('int_subscriptions_accepted') }} as subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on subscriptions.started_date <= spine.as_of_date
),

totals as (
    select
        customer_id,
        as_of_date,
        count(*) as subscriptions_count,
        sum(case when ended_date is null then 1 else 0 end) as active_subscriptions_count,
        sum(case when ended_date is null then mrr_amount else 0 end) as mrr_amount,
        min(started_date) as first_subscription_date,
        min(case when ended_date is null then started_date end) as active_since_date,
        max(ended_date) as last_subscription_end_date,
        -- monthly amounts over the days they ran, a month being 365.25 / 12 days
        sum(cast(mrr_amount * {{ days_between('started_date', 'coalesce(ended_date, as_of_date)') }} * 12 / {{ double_literal(365.25) }} as decimal(18, 4))) as subscription_revenue_amount
    from subscriptions
    group by customer_id, as_of_date
)

select
    totals.*,
    {{ days_between('totals.last_subscription_end_date', 'totals.as_of_date') }} as days_since_subscription_end,
    {{ days_between('totals.active_since_date', 'totals.as_of_date') }} as days_since_active_start,
    -- days without any subscription before the present ones; negative or null: there was no such break
    {{ days_between('totals.last_subscription_end_date', 'totals.active_since_date') }} as subscription_break_days
from totals
