-- one row per paid subscription begun by the current as-of date, with the contract (the customer's 1st, 2nd, ...) it belongs to: what
-- contract means everywhere. Rows of a customer that overlap, follow each other or leave a gap shorter than a break are one contract. Free
-- plans and trials are none (a subscription begins when it is paid), nor is what ended on its first day. A number depends on nothing that came after
with

limits as (
    {{ settings('contract', ['break_days', 'plan_groups_count']) }}
),

subscriptions as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        spine.as_of_date,
        coalesce(subscriptions.plan_tier, subscriptions.plan, 'no_plan') as plan,
        -- a word that nobody knows is no month: such contracts are looked at month by month, apart from those that are monthly
        coalesce(intervals.billing_interval, 'unknown') as billing_interval,
        coalesce(intervals.interval_months, 1) as interval_months,
        intervals.interval_months is not null as has_known_interval,
        -- decimal before any sum: a sum of floats depends on the order of adding
        cast(subscriptions.mrr_amount * subscriptions.rate_to_reporting as decimal(18, 4)) as mrr_amount,
        subscriptions.cancellation_reason,
        subscriptions.paid_from_date as started_date,
        -- an end after the as-of date is not known yet
        case when subscriptions.ended_date <= spine.as_of_date then subscriptions.ended_date end as ended_date
    from {{ ref('int_subscriptions_accepted') }} as subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and subscriptions.paid_from_date <= spine.as_of_date
    left join {{ ref('billing_interval_months') }} as intervals
        on subscriptions.billing_interval = intervals.billing_interval
    where subscriptions.ended_date is null or subscriptions.ended_date > subscriptions.paid_from_date
),

covered as (
    select
        subscriptions.*,
        max(coalesce(ended_date, as_of_date)) over (
            partition by customer_id order by started_date, subscription_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until_date
    from subscriptions
),

plans as (
    select
        plan,
        row_number() over (order by count(*) desc, plan) as plan_rank
    from subscriptions
    group by plan
)

select
    covered.subscription_id,
    covered.customer_id,
    covered.as_of_date,
    sum(case when {{ days_between('covered.covered_until_date', 'covered.started_date') }} < limits.break_days then 0 else 1 end) over (
        partition by covered.customer_id order by covered.started_date, covered.subscription_id
        rows between unbounded preceding and current row
    ) as contract_number,
    -- the largest plans stand for themselves, so that later tables stay small however many a company writes; all_plans is the pool's name
    case when plans.plan_rank <= limits.plan_groups_count and plans.plan <> 'all_plans' then plans.plan else 'other_plans' end as plan_group,
    covered.billing_interval,
    covered.interval_months,
    covered.has_known_interval,
    covered.mrr_amount,
    covered.cancellation_reason,
    covered.started_date,
    covered.ended_date
from covered
inner join plans
    on covered.plan = plans.plan
cross join limits
