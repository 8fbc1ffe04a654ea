{%- set discount_rate = number_setting('clv_discount_rate_yearly', 0, 1) -%}
{%- set horizon_days = number_setting('clv_horizon_days', 1, 36525) -%}
-- one row per customer with a running contract at the current as-of date: the recurring revenue still to come, discounted.
-- A contract is taken to end with the same small probability on every day, that of all contract customers so far
with

contracts as (
    select
        subscriptions.customer_id,
        subscriptions.as_of_date,
        subscriptions.active_subscriptions_count,
        cast(subscriptions.mrr_amount as {{ type_double() }}) as mrr_amount,
        case
            when subscriptions.active_subscriptions_count > 0
                then {{ days_between('subscriptions.first_subscription_date', 'subscriptions.as_of_date') }}
            else {{ days_between('subscriptions.first_subscription_date', 'subscriptions.last_subscription_end_date') }}
        end as contract_days
    from {{ ref('int_customer_subscriptions_as_of') }} as subscriptions
    inner join {{ ref('int_as_of_dates') }} as spine
        on subscriptions.as_of_date = spine.as_of_date
    where spine.is_current
),

churn as (
    select
        sum(case when active_subscriptions_count = 0 then 1 else 0 end)
            / nullif(cast(sum(contract_days) as {{ type_double() }}), 0) as daily_churn_rate
    from contracts
),

daily as (
    select
        coalesce(daily_churn_rate, 0) as daily_churn_rate,
        coalesce(daily_churn_rate, 0) + ln(1 + {{ double_literal(discount_rate) }}) / {{ double_literal(365.25) }} as daily_decay_rate
    from churn
)

select
    contracts.customer_id,
    contracts.as_of_date,
    daily.daily_churn_rate,
    -- the integral of exp(-decay x day) over the horizon, times the revenue of a day
    contracts.mrr_amount * 12 / {{ double_literal(365.25) }} * case
        when daily.daily_decay_rate > 0
            then (1 - exp(-daily.daily_decay_rate * {{ horizon_days }})) / daily.daily_decay_rate
        else {{ double_literal(horizon_days) }}
    end as contract_revenue_amount
from contracts
cross join daily
where contracts.active_subscriptions_count > 0
