-- one row per plan group and billing interval, and per pool: whose retention is used, how it was fitted, and how amounts grow
with

observed as (
    select
        spine.as_of_date,
        {{ contract_observation_start('contract_rows.started_date', 'contract_rows.ended_date') }} as observation_start_date
    from {{ ref('int_as_of_dates') }} as spine
    left join {{ ref('int_contract_rows') }} as contract_rows
        on spine.as_of_date = contract_rows.as_of_date
    where spine.is_current
    group by spine.as_of_date
)

select
    observed.as_of_date,
    observed.observation_start_date,
    fits.plan_group,
    fits.billing_interval,
    fits.fit_level,
    fits.model,
    fits.status,
    fits.alpha,
    fits.beta,
    fits.alpha_standard_error,
    fits.beta_standard_error,
    fits.log_likelihood,
    fits.constant_retention_ratio,
    cast(fits.at_risk_count as {{ dbt.type_bigint() }}) as at_risk_count,
    cast(fits.churned_count as {{ dbt.type_bigint() }}) as churned_count,
    growth.contract_years,
    growth.expansion_ratio,
    growth.contraction_ratio,
    growth.growth_ratio
from {{ ref('fit_contract_models') }} as fits
cross join observed
left join {{ ref('int_contract_growth') }} as growth
    on fits.plan_group = growth.plan_group
    and fits.billing_interval = growth.billing_interval
