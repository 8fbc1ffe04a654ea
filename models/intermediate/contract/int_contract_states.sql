-- one row per contract and day on which something in it changed: what runs from that day on, and since when with this billing interval
-- and plan. Of several subscriptions that run together the one with the highest amount gives plan and interval, the amounts add up
with

days as (
    select customer_id, contract_number, started_date as state_date from {{ ref('int_contract_rows') }}
    union
    select customer_id, contract_number, ended_date as state_date from {{ ref('int_contract_rows') }} where ended_date is not null
),

ends as (
    select
        customer_id,
        contract_number,
        case when count(ended_date) = count(*) then max(ended_date) end as contract_ended_date
    from {{ ref('int_contract_rows') }}
    group by customer_id, contract_number
),

running as (
    select
        days.state_date,
        contract_rows.*,
        sum(contract_rows.mrr_amount) over (partition by days.customer_id, days.contract_number, days.state_date) as running_amount,
        row_number() over (
            partition by days.customer_id, days.contract_number, days.state_date
            order by contract_rows.mrr_amount desc, contract_rows.started_date desc, contract_rows.subscription_id
        ) as row_rank
    from days
    inner join {{ ref('int_contract_rows') }} as contract_rows
        on days.customer_id = contract_rows.customer_id
        and days.contract_number = contract_rows.contract_number
        and days.state_date >= contract_rows.started_date
        and (contract_rows.ended_date is null or days.state_date < contract_rows.ended_date)
),

compared as (
    select
        running.*,
        lead(state_date) over (partition by customer_id, contract_number order by state_date) as changed_date,
        lag(billing_interval) over (partition by customer_id, contract_number order by state_date) as billing_interval_before,
        lag(plan_group) over (partition by customer_id, contract_number order by state_date) as plan_group_before
    from running
    where row_rank = 1
)

select
    compared.customer_id,
    compared.contract_number,
    compared.state_date,
    -- until something changes again or the contract ends; null: this runs now
    coalesce(compared.changed_date, ends.contract_ended_date) as next_state_date,
    ends.contract_ended_date,
    compared.plan_group,
    compared.billing_interval,
    compared.interval_months,
    compared.has_known_interval,
    cast(compared.running_amount as decimal(18, 4)) as mrr_amount,
    -- renewals are counted from the day the billing interval began; a change of plan lets the count run on
    max(case when billing_interval = billing_interval_before then null else state_date end) over (
        partition by compared.customer_id, compared.contract_number order by state_date rows between unbounded preceding and current row
    ) as term_start_date,
    max(case when billing_interval = billing_interval_before and plan_group = plan_group_before then null else state_date end) over (
        partition by compared.customer_id, compared.contract_number order by state_date rows between unbounded preceding and current row
    ) as stretch_start_date
from compared
inner join ends
    on compared.customer_id = ends.customer_id
    and compared.contract_number = ends.contract_number
