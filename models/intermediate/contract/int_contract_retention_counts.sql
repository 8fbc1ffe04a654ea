-- one row per plan group, billing interval and renewal (1st, 2nd, ...): contracts for which it was due by the current
-- as-of date, and those of them that made it. All that retention is fitted on; every group has its first renewal here
with

cells as (
    select
        plan_group,
        billing_interval,
        interval_months,
        entry_renewals_count,
        last_renewals_count,
        count(*) as contracts_count,
        sum(case when is_not_renewed then 1 else 0 end) as churned_count
    from {{ ref('int_contract_renewals') }}
    group by plan_group, billing_interval, interval_months, entry_renewals_count, last_renewals_count
),

plan_groups as (
    select
        plan_group,
        billing_interval,
        interval_months,
        greatest(max(last_renewals_count), 1) as renewals_count
    from cells
    group by plan_group, billing_interval, interval_months
),

whole_numbers as (
    {{ whole_numbers() }}
)

select
    plan_groups.plan_group,
    plan_groups.billing_interval,
    plan_groups.interval_months,
    whole_numbers.whole_number as renewal_period,
    cast(coalesce(sum(cells.contracts_count), 0) as {{ dbt.type_bigint() }}) as at_risk_count,
    cast(
        coalesce(sum(cells.contracts_count), 0)
        - coalesce(sum(case when cells.last_renewals_count = whole_numbers.whole_number then cells.churned_count end), 0)
        as {{ dbt.type_bigint() }}
    ) as renewed_count
from plan_groups
inner join whole_numbers
    on whole_numbers.whole_number <= plan_groups.renewals_count
left join cells
    on plan_groups.plan_group = cells.plan_group
    and plan_groups.billing_interval = cells.billing_interval
    and whole_numbers.whole_number > cells.entry_renewals_count
    and whole_numbers.whole_number <= cells.last_renewals_count
group by plan_groups.plan_group, plan_groups.billing_interval, plan_groups.interval_months, whole_numbers.whole_number
