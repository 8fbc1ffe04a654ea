select
    spine.as_of_date,
    fits.model,
    fits.model_group,
    fits.parameter,
    fits.value,
    fits.standard_error
from {{ ref('fit_clv_models') }} as fits
cross join {{ ref('int_as_of_dates') }} as spine
where spine.is_current
    and fits.parameter <> 'none'  -- naive forecasts have none
