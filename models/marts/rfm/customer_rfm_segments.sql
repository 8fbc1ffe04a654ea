select
    customer_id,
    as_of_date,
    cast(recency_days as {{ dbt.type_bigint() }}) as recency_days,
    cast(frequency_count as {{ dbt.type_bigint() }}) as frequency_count,
    cast(monetary_amount as decimal(18, 2)) as monetary_amount,
    cast(recency_score as {{ dbt.type_int() }}) as recency_score,
    cast(frequency_score as {{ dbt.type_int() }}) as frequency_score,
    cast(monetary_score as {{ dbt.type_int() }}) as monetary_score,
    cast(weighted_score as {{ type_double() }}) as rfm_weighted_score,
    cast(rfm_rank as {{ dbt.type_int() }}) as rfm_rank,
    rfm_group,
    rfm_segment,
    rfm_rule_id,
    cast(window_days as {{ dbt.type_int() }}) as rfm_window_days,
    frequency_definition as rfm_frequency_definition,
    cut_points_source as rfm_cut_points_source
from {{ ref('customer_rfm_spine') }}
where is_current
