-- one row per stretch of a contract: of which renewals it was at risk (after entry_renewals_count, up to and including
-- last_renewals_count) and whether the last of them was not made. At risk is only who was due by the as-of date, ended
-- contracts too, so that one that ended early does not count before those that may still renew
with

dated as (
    select
        stretches.*,
        settings.as_of_date,
        settings.observation_start_date,
        {{ whole_periods_between('stretches.term_start_date', 'stretches.stretch_start_date', 'stretches.interval_months') }} as made_before_count,
        {{ whole_periods_between('stretches.term_start_date', days_before('settings.observation_start_date', 1), 'stretches.interval_months') }} as due_before_observation_count,
        {{ whole_periods_between('stretches.term_start_date', 'coalesce(stretches.stretch_end_date, settings.as_of_date)', 'stretches.interval_months') }} as due_in_stretch_count,
        {{ whole_periods_between('stretches.term_start_date', 'settings.as_of_date', 'stretches.interval_months') }} as due_by_now_count,
        -- renewals that were made for sure: due longer before the end than the grace
        {{ whole_periods_between(
            'stretches.term_start_date',
            'cast(' ~ dbt.dateadd('day', '-settings.renewal_grace_days - 1', 'coalesce(stretches.stretch_end_date, settings.as_of_date)') ~ ' as date)',
            'stretches.interval_months',
        ) }} as made_before_end_count
    from {{ ref('int_contract_stretches') }} as stretches
    cross join {{ ref('int_contract_settings') }} as settings
),

decided as (
    select
        dated.*,
        greatest(made_before_end_count, made_before_count) + 1 as failed_renewal
    from dated
)

select
    customer_id,
    contract_number,
    stretch_number,
    plan_group,
    billing_interval,
    interval_months,
    term_start_date,
    stretch_end_date,
    due_by_now_count,
    -- a contract older than the data is at risk from its age at their beginning on
    greatest(made_before_count, due_before_observation_count) as entry_renewals_count,
    case
        when stretch_end_date < observation_start_date then 0
        when ends_contract then least(failed_renewal, due_by_now_count)
        else due_in_stretch_count
    end as last_renewals_count,
    ends_contract and failed_renewal <= due_by_now_count as is_not_renewed
from decided
