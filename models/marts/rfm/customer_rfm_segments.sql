select
    customer_id,
    as_of_date,
    recency_days,
    frequency_count,
    monetary_amount,
    recency_score,
    frequency_score,
    monetary_score,
    rfm_rank,
    rfm_segment,
    rfm_rule_id
from {{ ref('customer_rfm_spine') }}
where is_current
