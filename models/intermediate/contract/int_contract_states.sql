-- one row per contract and day on which something in it changed: what runs from that day on. Of several subscriptions
-- that run together the one with the highest amount gives plan and billing interval, the amounts add up
with

rows_of_contracts as (
    select
        contract_rows.*,
        plans.plan_group
    from {{ ref('int_contract_rows') }} as contract_rows
    inner join {{ ref('int_contract_plan_groups') }} as plans
        on contract_rows.plan = plans.plan
),

days as (
    select customer_id, contract_number, started_date as state_date from rows_of_contracts
    union
    select customer_id, contract_number, ended_date as state_date from rows_of_contracts where ended_date is not null
),

running as (
    select
        days.customer_id,
        days.contract_number,
        days.state_date,
        rows_of_contracts.plan_group,
        rows_of_contracts.billing_interval,
        rows_of_contracts.interval_months,
        sum(rows_of_contracts.mrr_amount) over (partition by days.customer_id, days.contract_number, days.state_date) as mrr_amount,
        sum(rows_of_contracts.seats) over (partition by days.customer_id, days.contract_number, days.state_date) as seats_count,
        row_number() over (
            partition by days.customer_id, days.contract_number, days.state_date
            order by rows_of_contracts.mrr_amount desc, rows_of_contracts.started_date desc, rows_of_contracts.subscription_id
        ) as row_rank
    from days
    inner join rows_of_contracts
        on days.customer_id = rows_of_contracts.customer_id
        and days.contract_number = rows_of_contracts.contract_number
        and days.state_date >= rows_of_contracts.started_date
        and (rows_of_contracts.ended_date is null or days.state_date < rows_of_contracts.ended_date)
),

ends as (
    select
        customer_id,
        contract_number,
        case when count(ended_date) = count(*) then max(ended_date) end as contract_ended_date
    from rows_of_contracts
    group by customer_id, contract_number
)

select
    running.customer_id,
    running.contract_number,
    running.state_date,
    -- until something changes again or the contract ends; null: this runs now
    coalesce(
        lead(running.state_date) over (partition by running.customer_id, running.contract_number order by running.state_date),
        ends.contract_ended_date
    ) as next_state_date,
    ends.contract_ended_date,
    running.plan_group,
    running.billing_interval,
    running.interval_months,
    running.seats_count,
    running.mrr_amount
from running
inner join ends
    on running.customer_id = ends.customer_id
    and running.contract_number = ends.contract_number
where running.row_rank = 1
