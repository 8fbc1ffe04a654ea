-- one row per customer and as-of date on which a subscription runs, paid or not: kind and tier of the one that costs most. The day on which a
-- subscription ends is the first without it
with

subscriptions as (
    select
        subscriptions.*,
        cast(subscriptions.mrr_amount * subscriptions.rate_to_reporting as decimal(18, 4)) as reporting_mrr_amount
    from {{ ref('int_subscriptions_accepted') }} as subscriptions
    where coalesce(subscriptions.unpaid_kind, 'paid') <> 'not_started'
),

stated as (
    select distinct coalesce(plan_tier, '') as plan_tier, coalesce(plan, '') as plan from subscriptions
),

-- what is stated as the tier is looked up as a whole; else the words of the plan's name are
tiers as (
    select stated.plan_tier as stated_plan_tier, stated.plan, known.plan_tier
    from stated
    inner join {{ ref('plan_tiers') }} as known
        on stated.plan_tier = known.spelling
    union all
    select unstated.plan_tier as stated_plan_tier, unstated.plan, min_by(known.plan_tier, known.priority) as plan_tier
    from (select * from stated where plan_tier = '') as unstated
    inner join {{ ref('plan_tiers') }} as known
        on {{ word_text('unstated.plan') }} like concat('% ', replace(known.spelling, '_', ' '), ' %')
    group by unstated.plan_tier, unstated.plan
),

running as (
    select
        subscriptions.customer_id,
        spine.as_of_date,
        subscriptions.plan_tier,
        subscriptions.plan,
        coalesce(subscriptions.unpaid_kind, 'paid') as plan_kind,
        count(*) over (partition by subscriptions.customer_id, spine.as_of_date) as running_plans_count,
        row_number() over (
            partition by subscriptions.customer_id, spine.as_of_date
            order by
                case when subscriptions.unpaid_kind is null then 0 else 1 end,
                subscriptions.reporting_mrr_amount desc, subscriptions.started_date desc, subscriptions.subscription_id
        ) as plan_rank
    from subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on subscriptions.started_date <= spine.as_of_date
        and (subscriptions.ended_date is null or subscriptions.ended_date > spine.as_of_date)
)

select
    running.customer_id,
    running.as_of_date,
    running.plan_kind,
    running.running_plans_count,
    coalesce(running.plan_tier, running.plan) is not null as is_plan_stated,
    tiers.plan_tier
from running
left join tiers
    on coalesce(running.plan_tier, '') = tiers.stated_plan_tier
    and coalesce(running.plan, '') = tiers.plan
where running.plan_rank = 1
