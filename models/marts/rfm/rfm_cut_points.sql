select
    cast(as_of_date as date) as as_of_date,
    rfm_group,
    metric,
    cast(quantile as {{ dbt.type_int() }}) as quantile,
    probability,
    cut_value,
    cast(distinct_values_count as {{ dbt.type_bigint() }}) as distinct_values_count,
    cast(bins_count as {{ dbt.type_int() }}) as bins_count,
    source
from {{ ref('int_rfm_cut_points') }}
