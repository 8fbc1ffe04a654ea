-- one row per customer and as-of date on which a contract runs: the next renewal after the date, counted in whole billing intervals from the
-- day the interval began, how many come in the 90 days after the date, and whether the contract has lasted longer than one interval. An
-- interval that nobody knows leaves the renewal open
with

running as (
    select
        states.customer_id,
        spine.as_of_date,
        cast({{ dbt.dateadd('day', 90, 'spine.as_of_date') }} as date) as date_90_days_after,
        states.term_start_date,
        contracts.contract_start_date,
        case when states.has_known_interval then states.interval_months end as interval_months
    from {{ ref('int_contract_states') }} as states
    inner join {{ ref('int_as_of_dates') }} as spine
        on states.state_date <= spine.as_of_date
        and (states.next_state_date is null or states.next_state_date > spine.as_of_date)
    -- in a short gap inside a contract nothing runs, and nobody knows yet that it goes on
    inner join {{ ref('int_customer_contracts_as_of') }} as contracts
        on states.customer_id = contracts.customer_id
        and spine.as_of_date = contracts.as_of_date
        and contracts.has_contract
),

dated as (
    select
        running.*,
        {{ date_after_months('term_start_date', '(' ~ whole_periods_between('term_start_date', 'as_of_date', 'interval_months') ~ ' + 1) * interval_months') }} as next_renewal_date
    from running
)

select
    customer_id,
    as_of_date,
    next_renewal_date,
    {{ days_between('as_of_date', 'next_renewal_date') }} as days_to_renewal,
    case when next_renewal_date is not null then
        -- 90 days hold four monthly renewals at most
        {%- for n in range(4) %}
        case when {{ date_after_months('next_renewal_date', n ~ ' * interval_months') }} <= date_90_days_after then 1 else 0 end
        {{ '+' if not loop.last }}
        {%- endfor %}
    end as renewals_next_90_days_count,
    coalesce({{ date_after_months('contract_start_date', 'interval_months') }} <= as_of_date, false) as has_renewed
from dated
