-- one row per plan group, billing interval and renewal, and per interval with all plans: what was observed and what is fitted
with

counts as (
    select
        plan_group,
        billing_interval,
        renewal_period,
        at_risk_count,
        renewed_count
    from {{ ref('int_contract_retention_counts') }}
    union all
    select
        'all_plans' as plan_group,
        billing_interval,
        renewal_period,
        sum(at_risk_count) as at_risk_count,
        sum(renewed_count) as renewed_count
    from {{ ref('int_contract_retention_counts') }}
    group by billing_interval, renewal_period
)

select
    spine.as_of_date,
    counts.plan_group,
    counts.billing_interval,
    cast(counts.renewal_period as {{ dbt.type_bigint() }}) as renewal_period,
    cast(counts.at_risk_count as {{ dbt.type_bigint() }}) as at_risk_count,
    cast(counts.renewed_count as {{ dbt.type_bigint() }}) as renewed_count,
    counts.renewed_count / nullif(cast(counts.at_risk_count as {{ type_double() }}), 0) as observed_retention_ratio,
    case fits.model
        when 'sbg' then (fits.beta + counts.renewal_period - 1) / (fits.alpha + fits.beta + counts.renewal_period - 1)
        when 'constant_churn' then fits.constant_retention_ratio
    end as fitted_retention_ratio
from counts
inner join {{ ref('int_as_of_dates') }} as spine
    on spine.is_current
inner join {{ ref('fit_contract_models') }} as fits
    on counts.plan_group = fits.plan_group
    and counts.billing_interval = fits.billing_interval
