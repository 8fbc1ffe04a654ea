-- the fitted clusters of every persona date, one row per number
select
    dates.as_of_date,
    dates.is_current,
    dates.is_earlier,
    fits.persona_group,
    fits.part,
    cast(fits.cluster_id as {{ dbt.type_int() }}) as cluster_id,
    fits.feature,
    fits.measure,
    fits.value,
    fits.status
from {{ ref('fit_clusters') }} as fits
inner join {{ ref('int_persona_dates') }} as dates
    on cast(fits.as_of_date as date) = dates.as_of_date
