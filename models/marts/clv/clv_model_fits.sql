select distinct
    spine.as_of_date,
    fits.model,
    fits.model_group,
    fits.status,
    fits.is_candidate,
    fits.is_chosen,
    fits.choice_reason,
    fits.purchases_factor,
    fits.spend_factor,
    fits.total_status,
    fits.log_likelihood,
    cast(fits.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(fits.repeat_customers_count as {{ dbt.type_bigint() }}) as repeat_customers_count
from {{ ref('fit_clv_models') }} as fits
cross join {{ ref('int_as_of_dates') }} as spine
where spine.is_current
