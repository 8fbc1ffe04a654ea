-- one row per customer and as-of date with a running contract: the renewal that comes first, how many there are of that
-- contract in the 90 days after the date, and whether the customer has renewed before
with

renewals as (
    select
        customer_id,
        as_of_date,
        months_count,
        next_renewal_date,
        cast({{ dbt.dateadd('day', 90, 'as_of_date') }} as date) as date_90_days_after,
        row_number() over (partition by customer_id, as_of_date order by next_renewal_date nulls last, subscription_id) as position
    from {{ ref('int_contract_renewals_as_of') }}
),

first_renewals as (
    select *
    from renewals
    where position = 1
),

counted as (
    select
        customer_id,
        as_of_date,
        months_count,
        next_renewal_date,
        -- 90 days hold four monthly renewals at most
        {%- for n in range(4) %}
        case when {{ dbt.dateadd('month', n ~ ' * months_count', 'next_renewal_date') }} <= date_90_days_after then 1 else 0 end
        {{ '+' if not loop.last }}
        {%- endfor %} as renewals_next_90_days_count
    from first_renewals
)

select
    counted.customer_id,
    counted.as_of_date,
    counted.next_renewal_date,
    {{ days_between('counted.as_of_date', 'counted.next_renewal_date') }} as days_to_renewal,
    case when counted.next_renewal_date is not null then counted.renewals_next_90_days_count end as renewals_next_90_days_count,
    -- a change of plan starts a new row without a break: the contract is as old as the first of them
    coalesce(
        cast({{ dbt.dateadd('month', 'counted.months_count', 'case when subscriptions.subscription_break_days <= 0 then subscriptions.first_subscription_date else subscriptions.active_since_date end') }} as date)
            <= counted.as_of_date,
        false
    ) as has_renewed
from counted
inner join {{ ref('int_customer_subscriptions_as_of') }} as subscriptions
    on counted.customer_id = subscriptions.customer_id
    and counted.as_of_date = subscriptions.as_of_date
