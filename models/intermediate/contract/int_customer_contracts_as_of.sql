{%- set last_date, year_before, two_years_before = 'coalesce(ended_date, ' ~ days_before('as_of_date', -1) ~ ')', days_before('as_of_date', 364), days_before('as_of_date', 729) -%}
{%- set spans = {
    'subscription_revenue': ['started_date', last_date],
    'subscription_revenue_last_365_days': ['greatest(started_date, ' ~ year_before ~ ')', last_date],
    'subscription_revenue_previous_365_days': ['greatest(started_date, ' ~ two_years_before ~ ')', 'least(' ~ last_date ~ ', ' ~ year_before ~ ')'],
} -%}
-- one row per customer and as-of date with a contract begun up to that date: how many there were, whether one runs and since when, when and
-- why the last one ended, and what they brought, the as-of day included. An end after that day is not known yet
with

fitting as (
    select
        stated.cancellation_reason,
        min_by(patterns.reason_category, patterns.priority) as reason_category
    from (select distinct cancellation_reason from {{ ref('int_contract_rows') }}) as stated
    inner join {{ ref('cancellation_reasons') }} as patterns on stated.cancellation_reason like patterns.pattern
    group by stated.cancellation_reason
),

known as (
    select
        contract_rows.customer_id,
        spine.as_of_date,
        contract_rows.contract_number,
        contract_rows.started_date,
        case when contract_rows.ended_date <= spine.as_of_date then contract_rows.ended_date end as ended_date,
        contract_rows.mrr_amount,
        coalesce(fitting.reason_category, case when contract_rows.cancellation_reason is null then 'unknown_reason' else 'other' end) as end_reason,
        row_number() over (
            partition by contract_rows.customer_id, spine.as_of_date, contract_rows.contract_number
            order by contract_rows.ended_date desc, contract_rows.started_date desc, contract_rows.subscription_id
        ) as end_rank
    from {{ ref('int_contract_rows') }} as contract_rows
    inner join {{ ref('int_as_of_dates') }} as spine on contract_rows.started_date <= spine.as_of_date
    left join fitting on contract_rows.cancellation_reason = fitting.cancellation_reason
),

contracts as (
    select
        customer_id,
        as_of_date,
        contract_number,
        min(started_date) as started_date,
        case when count(ended_date) = count(*) then max(ended_date) end as ended_date,
        case when count(ended_date) = count(*) then max(case when end_rank = 1 then end_reason end) end as end_reason,
        cast(sum(case when ended_date is null then mrr_amount else 0 end) as decimal(18, 4)) as mrr_amount,
        -- monthly amounts over the days they ran, a month being 365.25 / 12 days
        {%- for amount, span in spans.items() %}
        sum(cast(mrr_amount * greatest({{ days_between(span[0], span[1]) }}, 0) * 12 / {{ double_literal(365.25) }} as decimal(18, 4))) as {{ amount }}_amount{{ ',' if not loop.last }}
        {%- endfor %}
    from known
    group by customer_id, as_of_date, contract_number
),

totals as (
    select
        customer_id,
        as_of_date,
        count(*) as contracts_count,
        min(started_date) as first_subscription_date,
        -- only the last contract can run
        max(case when ended_date is null then started_date end) as contract_start_date,
        max(ended_date) as last_contract_end_date,
        max_by(end_reason, case when ended_date is not null then contract_number end) as last_contract_end_reason,
        {%- for amount in spans %}
        cast(sum({{ amount }}_amount) as decimal(18, 4)) as {{ amount }}_amount,
        {%- endfor %}
        sum(mrr_amount) as mrr_amount
    from contracts
    group by customer_id, as_of_date
)

select
    totals.*,
    contract_start_date is not null as has_contract,
    {{ days_between('contract_start_date', 'as_of_date') }} as days_since_contract_start,
    {{ days_between('last_contract_end_date', 'as_of_date') }} as days_since_last_contract_end,
    -- days without a contract before the one that runs; null: it is the first
    {{ days_between('last_contract_end_date', 'contract_start_date') }} as contract_break_days
from totals
