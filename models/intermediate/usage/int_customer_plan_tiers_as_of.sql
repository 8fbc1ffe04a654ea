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

-- what is stated as the tier is looked up as a whole; else the words of the plan's name are
tiers as (
    select stated.plan_tier as stated_plan_tier, stated.plan, min_by(known.plan_tier, known.priority) as plan_tier
    from (select distinct coalesce(plan_tier, '') as plan_tier, coalesce(plan, '') as plan from subscriptions) as stated
    inner join {{ ref('plan_tiers') }} as known
        on case
            when stated.plan_tier <> '' then stated.plan_tier = known.spelling
            else {{ word_text('stated.plan') }} like concat('% ', replace(known.spelling, '_', ' '), ' %')
        end
    group by stated.plan_tier, stated.plan
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
