-- one row per customer and as-of date with a contract that ended up to then: the reason of the last end. The reason is
-- known on the day of the end, not before
with

ended as (
    select
        subscriptions.customer_id,
        spine.as_of_date,
        subscriptions.ended_date,
        subscriptions.cancellation_reason,
        row_number() over (
            partition by subscriptions.customer_id, spine.as_of_date
            order by subscriptions.ended_date desc, subscriptions.started_date desc, subscriptions.subscription_id
        ) as position
    from {{ ref('int_subscriptions_accepted') }} as subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on subscriptions.ended_date <= spine.as_of_date
)

select
    ended.customer_id,
    ended.as_of_date,
    ended.ended_date,
    case
        when ended.cancellation_reason is null then 'unknown_reason'
        else coalesce(reasons.reason_category, 'other')
    end as reason_category
from ended
left join {{ ref('int_cancellation_reasons') }} as reasons
    on ended.cancellation_reason = reasons.cancellation_reason
where ended.position = 1
