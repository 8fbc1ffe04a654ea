-- every renewal of the curves is in the fits, and the pool of an interval is the sum of its plans
with

curves as (
    select
        plan_group,
        billing_interval,
        sum(at_risk_count) as at_risk_count,
        sum(at_risk_count - renewed_count) as churned_count
    from {{ ref('contract_retention_curves') }}
    group by plan_group, billing_interval
)

select fits.*
from {{ ref('contract_model_fits') }} as fits
left join curves
    on fits.plan_group = curves.plan_group
    and fits.billing_interval = curves.billing_interval
where fits.billing_interval <> 'all_intervals'
    and (coalesce(curves.at_risk_count, -1) <> fits.at_risk_count or coalesce(curves.churned_count, -1) <> fits.churned_count)
