-- one row per customer and as-of date with a trial or free plan begun by then while nothing was paid: what of it is open (nothing was paid
-- since) and runs, and what the last payment that followed one came after. Paying is a contract; where there is no subscriptions table, an order
with

declared as (
    {{ declared_flags(['subscriptions']) }}
),

periods as (
    select customer_id, 'trial' as kind, trial_started_date as started_date, trial_ended_date as ended_date
    from {{ accepted_relation('users') | indent(4) }} as users
    where customer_id is not null and trial_started_date is not null
    union
    select customer_id, unpaid_kind as kind, started_date, ended_date
    from {{ ref('int_subscriptions_accepted') }}
    where unpaid_kind in ('trial', 'free')
),

paying as (
    select customer_id, started_date, ended_date from {{ ref('int_contract_rows') }}
    union all
    select days.customer_id, days.activity_date as started_date, days.activity_date as ended_date
    from {{ ref('int_customer_purchase_days') }} as days
    cross join declared
    where days.orders_count > 0 and not declared.has_subscriptions
),

-- what a paying customer tries beside the contract is no step towards paying
unpaid as (
    select
        periods.customer_id, periods.kind, periods.started_date,
        case
            when periods.kind = 'free' then coalesce(periods.ended_date, cast('9999-12-31' as date))
            else least(
                coalesce(periods.ended_date, cast('9999-12-31' as date)),
                cast({{ dbt.dateadd('day', 'settings.longest_trial_days', 'periods.started_date') }} as date)
            )
        end as ended_date,
        min(case when paying.started_date >= periods.started_date then paying.started_date end) as paid_date,
        coalesce(min(paying.started_date) < periods.started_date, false) as has_paid_before
    from periods
    cross join ({{ settings('relationship', ['longest_trial_days']) }}) as settings
    left join paying on periods.customer_id = paying.customer_id
    group by periods.customer_id, periods.kind, periods.started_date, periods.ended_date, settings.longest_trial_days
    having coalesce(max(case when paying.started_date < periods.started_date and coalesce(paying.ended_date > periods.started_date, true) then 1 end), 0) = 0
),

-- by the payment that followed; without a date: none so far
steps as (
    select
        unpaid.customer_id,
        spine.as_of_date,
        case when unpaid.paid_date <= spine.as_of_date then unpaid.paid_date end as paid_date,
        min(unpaid.started_date) as first_unpaid_date,
        max(case when unpaid.kind = 'trial' then 1 else 0 end) = 1 as has_trial,
        max(case when unpaid.ended_date > spine.as_of_date then unpaid.kind end) as running_kind,
        max(case when unpaid.kind = 'free' and unpaid.ended_date > spine.as_of_date then 1 else 0 end) as has_free_plan,
        max(case when unpaid.kind = 'trial' then unpaid.ended_date end) as trial_ended_date,
        max(case when unpaid.has_paid_before then 1 else 0 end) = 1 as has_paid_before
    from unpaid
    inner join {{ ref('int_as_of_dates') }} as spine on unpaid.started_date <= spine.as_of_date
    group by unpaid.customer_id, spine.as_of_date, case when unpaid.paid_date <= spine.as_of_date then unpaid.paid_date end
)

select
    customer_id,
    as_of_date,
    min(first_unpaid_date) as first_unpaid_date,
    max(case when paid_date is null then 1 else 0 end) = 1 as has_open_period,
    max(case when paid_date is null and has_trial then 1 else 0 end) = 1 as has_open_trial,
    max(case when paid_date is null and has_paid_before then 1 else 0 end) = 1 as has_paid_before,
    -- trial comes last in the alphabet: it counts before a free plan
    max(case when paid_date is null then running_kind end) as running_kind,
    max(has_free_plan) = 1 as has_free_plan,
    max(paid_date) as paid_date,
    coalesce(max_by(has_trial, paid_date), false) as was_paid_after_trial,
    case when max_by(has_trial, paid_date) then greatest({{ days_between('max_by(trial_ended_date, paid_date)', 'max(paid_date)') }}, 0) end as days_from_trial_to_paid,
    {{ days_between('max(case when paid_date is null and trial_ended_date <= as_of_date then trial_ended_date end)', 'max(as_of_date)') }} as days_since_trial_end
from steps
group by customer_id, as_of_date
