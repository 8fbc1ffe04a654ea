{% set made = [
    'plan', 'plan_tier', 'billing_interval', 'status', 'mrr_amount', 'currency_code', 'ended_at', 'cancellation_reason',
] -%}
with

{{ read_rows('subscriptions', made) }},

billing_intervals as (
    select
        spelling,
        billing_interval
    from {{ ref('billing_intervals') }}
),

subscription_statuses as (
    select
        status,
        subscription_state
    from {{ ref('subscription_statuses') }}
),

cleaned as {{ inlined_cte() }}(
    select
        {{ columns_as_read('subscriptions', made) }}
        {{ code_text('subscriptions.plan') }} as plan,
        {{ code_text('subscriptions.plan_tier') }} as plan_tier,
        coalesce(billing_intervals.billing_interval, {{ code_text('subscriptions.billing_interval') }}) as billing_interval,
        subscriptions.status,
        statuses.subscription_state,
        -- a trial and what never started are no revenue, whatever the price of the plan
        case
            when statuses.subscription_state in ('free', 'not_started') and subscriptions.mrr_amount >= 0 then 0
            else coalesce(subscriptions.mrr_amount, 0)
        end as mrr_amount,
        -- what runs unpaid; null: paid
        case
            when statuses.subscription_state = 'not_started' then 'not_started'
            when statuses.subscription_state = 'free' and lower(subscriptions.status) <> 'free' then 'trial'
            when lower(concat(subscriptions.plan, ' ', subscriptions.plan_tier)) like '%trial%' then 'trial'
            when coalesce(subscriptions.mrr_amount, 0) <= 0 or statuses.subscription_state = 'free' then 'free'
        end as unpaid_kind,
        {{ currency_text('subscriptions.currency_code') }} as currency_code,
        -- an impossible end (9999-12-31) is how systems write an open one
        {{ possible_date('subscriptions.ended_at') }} as ended_at,
        {{ code_text('subscriptions.cancellation_reason') }} as cancellation_reason,
        {{ local_date('subscriptions.started_at') }} as started_date,
        {{ local_date(possible_date('subscriptions.ended_at')) }} as ended_date,
        subscriptions.problem_rule_id,
        coalesce(
            subscriptions.problem_detail,
            case when statuses.status is null or (statuses.subscription_state = 'ended' and subscriptions.ended_at is null) then subscriptions.status end
        ) as problem_detail,
        subscriptions.unreadable_values_count,
        subscriptions.row_position,
        subscriptions.is_repeated
    from subscriptions
    left join billing_intervals
        on {{ code_text('subscriptions.billing_interval') }} = billing_intervals.spelling
    left join subscription_statuses as statuses
        on {{ code_text('subscriptions.status') }} = statuses.status
),

-- of the versions of a subscription a trial comes before what is paid (a plan called free may come after it), and what ran before its end
{{ checked_rows(
    'subscriptions',
    rules={
        'unknown_subscription_status': 'subscription_state is null and status is not null',
        'ended_without_a_date': "subscription_state = 'ended' and ended_at is null",
        'unknown_currency': is_no_currency('currency_code'),
        'impossible_date': is_impossible_date('started_at'),
        'ends_before_it_starts': 'ended_at < started_at',
        'negative_amount': 'mrr_amount < 0',
        'huge_amount': 'mrr_amount > 1000000000',
        'quantity_not_positive': 'seats < 0',
    },
    keep="coalesce(subscription_state = 'not_started' or subscription_state = 'free' and lower(status) <> 'free', false), ended_at is null",
) }}

select * from checked_rows
