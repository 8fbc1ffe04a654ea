-- one row per stretch of a contract with one plan group and one billing interval. Renewals are counted from the day the
-- billing interval began (the contract's start, or the switch to another interval); a change of plan lets the count run on
with

switches as (
    select
        states.*,
        case
            when billing_interval = lag(billing_interval) over (partition by customer_id, contract_number order by state_date) then 0
            else 1
        end as is_new_interval,
        case
            when billing_interval = lag(billing_interval) over (partition by customer_id, contract_number order by state_date)
                and plan_group = lag(plan_group) over (partition by customer_id, contract_number order by state_date) then 0
            else 1
        end as is_new_stretch
    from {{ ref('int_contract_states') }} as states
),

numbered as (
    select
        switches.*,
        sum(is_new_interval) over (
            partition by customer_id, contract_number order by state_date rows between unbounded preceding and current row
        ) as term_number,
        sum(is_new_stretch) over (
            partition by customer_id, contract_number order by state_date rows between unbounded preceding and current row
        ) as stretch_number
    from switches
),

placed as (
    select
        numbered.*,
        min(state_date) over (partition by customer_id, contract_number, term_number) as term_start_date
    from numbered
)

select
    customer_id,
    contract_number,
    stretch_number,
    plan_group,
    billing_interval,
    max(interval_months) as interval_months,
    max(term_start_date) as term_start_date,
    min(state_date) as stretch_start_date,
    -- null: runs now
    case when count(next_state_date) = count(*) then max(next_state_date) end as stretch_end_date,
    -- only the last stretch of a contract ends with it
    coalesce(max(next_state_date) = max(contract_ended_date), false) as ends_contract
from placed
group by customer_id, contract_number, stretch_number, plan_group, billing_interval
