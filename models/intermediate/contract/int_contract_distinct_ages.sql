-- one row per combination of what the value of a running contract, for each unit of its amount, depends on
select
    contracts.plan_group,
    contracts.billing_interval,
    contracts.interval_months,
    contracts.next_renewal_period,
    contracts.days_to_renewal,
    growth.growth_ratio
from {{ ref('int_contract_renewals') }} as contracts
inner join {{ ref('int_contract_growth') }} as growth
    on contracts.plan_group = growth.plan_group
    and contracts.billing_interval = growth.billing_interval
where contracts.stretch_end_date is null
group by
    contracts.plan_group,
    contracts.billing_interval,
    contracts.interval_months,
    contracts.next_renewal_period,
    contracts.days_to_renewal,
    growth.growth_ratio
