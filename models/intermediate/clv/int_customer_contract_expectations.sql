-- one row per customer with a running contract at the current as-of date: the next renewal, and the recurring revenue
-- still to come, discounted, over the horizon and without end. The lookup holds months of revenue per unit of the amount
select
    contracts.customer_id,
    contracts.as_of_date,
    contracts.plan_group,
    contracts.billing_interval,
    contracts.renewals_count,
    -- read as monthly where nobody knows the interval, which is no date to call at
    case when contracts.billing_interval <> 'unknown' then contracts.next_renewal_date end as next_renewal_date,
    case when contracts.billing_interval <> 'unknown' then lookup.retention_ratio end as probability_next_renewal,
    fits.model as contract_model,
    case fits.model
        when 'sbg' then 'ok'
        when 'constant_churn' then 'constant_rate'
        else 'too_little_history'
    end as contract_status,
    growth.growth_ratio as contract_growth_ratio,
    contracts.running_mrr_amount * lookup.discounted_months as contract_revenue_amount,
    contracts.running_mrr_amount * lookup.discounted_months_to_infinity as contract_residual_amount
from {{ ref('int_contract_renewals') }} as contracts
inner join {{ ref('fit_contract_models') }} as fits
    on contracts.plan_group = fits.plan_group
    and contracts.billing_interval = fits.billing_interval
inner join {{ ref('int_contract_growth') }} as growth
    on contracts.plan_group = growth.plan_group
    and contracts.billing_interval = growth.billing_interval
inner join {{ ref('fit_contract_values_lookup') }} as lookup
    on contracts.plan_group = lookup.plan_group
    and contracts.billing_interval = lookup.billing_interval
    and contracts.next_renewal_period = lookup.next_renewal_period
    and contracts.days_to_renewal = lookup.days_to_renewal
where contracts.stretch_end_date is null
