-- pairs of repeat purchases and days, from first to last purchase or of age, that buyers have at the current as-of date: what
-- the chosen model has to be looked up at. Never more than a row per day and number of repeats
select
    model_group,
    repeat_purchase_count,
    recency_days as days
from {{ ref('int_clv_histories') }}
where is_current
union
select
    model_group,
    repeat_purchase_count,
    age_days as days
from {{ ref('int_clv_histories') }}
where is_current
