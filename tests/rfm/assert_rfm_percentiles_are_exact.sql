-- between values of four decimals a whole percentile has six; anything else is a rounding residue, which would part ties
select
    as_of_date,
    rfm_group,
    metric,
    percentile,
    value
from {{ ref('int_rfm_value_percentiles') }}
where abs(value) < 1000000000
    and value <> round(value * 1000000) / 1000000
