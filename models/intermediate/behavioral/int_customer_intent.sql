-- one row per customer with an open buying signal at the current as-of date: the points, and the signals in words. A signal that an
-- order settles is open while no order came on its day or later
with

settings as (
    {{ settings('behavior', ['repeat_visit_days_count']) }}
),

last_orders as (
    select
        purchases.customer_id,
        purchases.last_order_date
    from {{ ref('int_customer_purchases_as_of') }} as purchases
    inner join {{ ref('int_as_of_dates') }} as spine
        on purchases.as_of_date = spine.as_of_date
        and spine.is_current
),

open_days as (
    select
        signal_days.customer_id,
        signal_days.signal,
        signal_days.activity_date
    from {{ ref('int_customer_signal_days') }} as signal_days
    inner join {{ ref('intent_weights') }} as weights
        on signal_days.signal = weights.signal
    left join last_orders
        on signal_days.customer_id = last_orders.customer_id
    where not weights.is_settled_by_order
        or last_orders.last_order_date is null
        or last_orders.last_order_date < signal_days.activity_date
),

repeated as (
    select
        customer_id,
        count(distinct activity_date) as days_count,
        max(activity_date) as last_signal_date
    from open_days
    group by customer_id
),

signals as (
    select customer_id, signal, count(*) as days_count, max(activity_date) as last_signal_date
    from open_days
    group by customer_id, signal
    union all
    select repeated.customer_id, 'repeat_visits' as signal, repeated.days_count, repeated.last_signal_date
    from repeated
    inner join settings
        on repeated.days_count >= settings.repeat_visit_days_count
)

select
    signals.customer_id,
    sum(weights.weight) as purchase_intent_score,
    max(signals.last_signal_date) as last_signal_date,
    {{ joined_texts(
        "concat(weights.reason, case when signals.days_count > 1 then concat(' on ', cast(signals.days_count as " ~ dbt.type_string() ~ "), ' days') else '' end)",
        '; '
    ) }} as purchase_intent_reasons
from signals
inner join {{ ref('intent_weights') }} as weights
    on signals.signal = weights.signal
group by signals.customer_id
