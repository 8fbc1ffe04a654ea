-- one row per stretch of a contract with one plan group and billing interval: of which renewals it was at risk (after entry_renewals_count,
-- up to last_renewals_count), whether the last of them was not made, and the next one of what runs. At risk is only who was due by
-- the as-of date, ended contracts too, so that one that ended early does not count before those that may still renew
with

known as (
    select
        as_of_date,
        {{ contract_observation_start('started_date', 'ended_date') }} as observation_start_date  -- null: nothing has ended, so nothing is missing
    from {{ ref('int_contract_rows') }}
    group by as_of_date
),

stretches as (
    select
        customer_id,
        contract_number,
        stretch_start_date,
        max(plan_group) as plan_group,
        max(billing_interval) as billing_interval,
        max(interval_months) as interval_months,
        max(term_start_date) as term_start_date,
        -- null: runs now
        case when count(next_state_date) = count(*) then max(next_state_date) end as stretch_end_date,
        max(case when next_state_date is null then mrr_amount end) as running_mrr_amount,
        -- only the last stretch of a contract ends with it
        coalesce(max(next_state_date) = max(contract_ended_date), false) as ends_contract
    from {{ ref('int_contract_states') }}
    group by customer_id, contract_number, stretch_start_date
),

dated as (
    select
        stretches.*,
        known.as_of_date,
        known.observation_start_date,
        {{ whole_periods_between('term_start_date', 'stretch_start_date', 'interval_months') }} as made_before_count,
        {{ whole_periods_between('term_start_date', days_before('observation_start_date', 1), 'interval_months') }} as due_before_observation_count,
        {{ whole_periods_between('term_start_date', 'coalesce(stretch_end_date, as_of_date)', 'interval_months') }} as due_in_stretch_count,
        {{ whole_periods_between('term_start_date', 'as_of_date', 'interval_months') }} as due_by_now_count,
        -- renewals that were made for sure: due longer before the end than the grace
        {{ whole_periods_between('term_start_date', 'cast(' ~ dbt.dateadd('day', '-renewal_grace_days - 1', 'coalesce(stretch_end_date, as_of_date)') ~ ' as date)', 'interval_months') }} as made_before_end_count
    from stretches
    cross join known
    cross join ({{ settings('contract', ['renewal_grace_days']) }}) as limits
),

decided as (
    select
        dated.*,
        greatest(made_before_end_count, made_before_count) + 1 as failed_renewal,
        case
            when stretch_end_date is null then {{ date_after_months('term_start_date', '(due_by_now_count + 1) * interval_months') }}
        end as next_renewal_date
    from dated
)

select
    customer_id,
    contract_number,
    stretch_start_date,
    as_of_date,
    plan_group,
    billing_interval,
    interval_months,
    stretch_end_date,
    running_mrr_amount,
    due_by_now_count as renewals_count,
    due_by_now_count + 1 as next_renewal_period,
    next_renewal_date,
    {{ days_between('as_of_date', 'next_renewal_date') }} as days_to_renewal,
    -- a contract older than the data is at risk from its age at their beginning on
    greatest(made_before_count, due_before_observation_count) as entry_renewals_count,
    case
        when stretch_end_date < observation_start_date then 0
        when ends_contract then least(failed_renewal, due_by_now_count)
        else due_in_stretch_count
    end as last_renewals_count,
    ends_contract and failed_renewal <= due_by_now_count as is_not_renewed
from decided
