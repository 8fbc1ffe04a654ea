-- one row per plan group and billing interval: how the amounts of running contracts change in a year (more or fewer seats,
-- another plan, another price), and the rate carried into the future, drawn to that of all contracts and bounded.
-- A change belongs to the group the contract had before it
with

limits as (
    {{ settings('contract', ['handover_days', 'growth_prior_years', 'growth_lowest_ratio', 'growth_highest_ratio']) }}
),

timed as (
    select
        states.*,
        {{ days_between('states.state_date', 'coalesce(states.next_state_date, spine.as_of_date)') }} as days
    from {{ ref('int_contract_states') }} as states
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
),

changes as (
    select
        plan_group,
        billing_interval,
        days,
        mrr_amount,
        coalesce(lead(mrr_amount) over (partition by customer_id, contract_number order by state_date) - mrr_amount, 0) as change_amount
    from timed
    cross join limits
    -- an old and a new contract that overlap for a few days are no growth and shrinking
    where days > handover_days
        or next_state_date is null
),

by_group as (
    select
        plan_group,
        billing_interval,
        sum(days) / {{ double_literal(365.25) }} as contract_years,
        {{ double_literal('sum(mrr_amount * days)') }} / 365.25 as amount_years,
        {{ double_literal('sum(sum(mrr_amount * days)) over ()') }} / 365.25 as amount_years_of_all,
        sum(sum(change_amount)) over () as change_amount_of_all,
        sum(case when change_amount > 0 then change_amount else 0 end) as expansion_amount,
        sum(case when change_amount < 0 then -change_amount else 0 end) as contraction_amount
    from changes
    group by plan_group, billing_interval
),

compared as (
    select
        by_group.*,
        coalesce((expansion_amount - contraction_amount) / nullif(amount_years, 0), 0) as net_rate,
        coalesce(change_amount_of_all / nullif(amount_years_of_all, 0), 0) as net_rate_of_all
    from by_group
)

select
    compared.plan_group,
    compared.billing_interval,
    compared.contract_years,
    coalesce(compared.expansion_amount / nullif(compared.amount_years, 0), 0) as expansion_ratio,
    coalesce(compared.contraction_amount / nullif(compared.amount_years, 0), 0) as contraction_ratio,
    least(greatest(
        (compared.net_rate * compared.contract_years + compared.net_rate_of_all * limits.growth_prior_years)
            / nullif(compared.contract_years + limits.growth_prior_years, 0),
        limits.growth_lowest_ratio
    ), limits.growth_highest_ratio) as growth_ratio
from compared
cross join limits
