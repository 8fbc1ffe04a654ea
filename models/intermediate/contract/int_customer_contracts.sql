-- one row per customer whose contract runs at the current as-of date: how old it is in renewals and when the next is due
with

running as (
    select
        renewals.customer_id,
        renewals.contract_number,
        renewals.plan_group,
        renewals.billing_interval,
        renewals.interval_months,
        renewals.due_by_now_count as renewals_count,
        {{ date_after_months('renewals.term_start_date', '(renewals.due_by_now_count + 1) * renewals.interval_months') }} as next_renewal_date
    from {{ ref('int_contract_renewals') }} as renewals
    where renewals.stretch_end_date is null
)

select
    running.customer_id,
    settings.as_of_date,
    running.plan_group,
    running.billing_interval,
    running.interval_months,
    states.mrr_amount,
    states.seats_count,
    running.renewals_count,
    running.renewals_count + 1 as next_renewal_period,
    running.next_renewal_date,
    {{ days_between('settings.as_of_date', 'running.next_renewal_date') }} as days_to_renewal
from running
inner join {{ ref('int_contract_states') }} as states
    on running.customer_id = states.customer_id
    and running.contract_number = states.contract_number
    and states.next_state_date is null
cross join {{ ref('int_contract_settings') }} as settings
