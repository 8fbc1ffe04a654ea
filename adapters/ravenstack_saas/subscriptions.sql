-- one row per subscription; a reason is taken from the churn event of the day on which it ended, where there is one
select
    subscriptions.subscription_id,
    subscriptions.account_id as customer_id,
    subscriptions.plan_tier as plan,
    lower(subscriptions.plan_tier) as plan_tier,
    subscriptions.billing_frequency as billing_interval,
    case when subscriptions.is_trial = 'TRUE' then 'trialing' when subscriptions.end_date is null then 'active' else 'canceled' end as status,
    subscriptions.seats,
    subscriptions.mrr_amount,
    'USD' as currency_code,
    subscriptions.start_date as started_at,
    subscriptions.end_date as ended_at,
    reasons.reason_code as cancellation_reason
from source.ravenstack_subscriptions as subscriptions
left join (
    select
        account_id,
        churn_date,
        min(reason_code) as reason_code
    from source.ravenstack_churn_events
    group by account_id, churn_date
) as reasons
    on subscriptions.account_id = reasons.account_id
    and subscriptions.end_date = reasons.churn_date
