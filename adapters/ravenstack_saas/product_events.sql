-- one row per use of a feature on a day
select
    usage.usage_id as event_id,
    subscriptions.account_id as customer_id,
    usage.feature_name as event_name,
    usage.usage_date as occurred_at,
    usage.usage_duration_secs as duration_seconds
from source.ravenstack_feature_usage as usage
left join source.ravenstack_subscriptions as subscriptions
    on usage.subscription_id = subscriptions.subscription_id
