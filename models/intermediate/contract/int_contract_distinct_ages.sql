-- what a running contract is expected to bring, for each unit of its amount, depends on these only
select
    contracts.plan_group,
    contracts.billing_interval,
    contracts.interval_months,
    contracts.next_renewal_period,
    contracts.days_to_renewal,
    growth.growth_ratio
from {{ ref('int_customer_contracts') }} as contracts
inner join {{ ref('int_contract_growth') }} as growth
    on contracts.plan_group = growth.plan_group
    and contracts.billing_interval = growth.billing_interval
group by
    contracts.plan_group,
    contracts.billing_interval,
    contracts.interval_months,
    contracts.next_renewal_period,
    contracts.days_to_renewal,
    growth.growth_ratio
