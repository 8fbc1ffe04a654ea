-- distinct purchase histories at the current as-of date with the number of customers who have them: all histories that
-- there are to score, and what int_clv_fit_cells is counted from
select
    model_group,
    repeat_purchase_count,
    recency_days,
    age_days,
    recency_weeks,
    age_weeks,
    count(*) as customers_count
from {{ ref('int_clv_histories') }}
where is_current
group by model_group, repeat_purchase_count, recency_days, age_days, recency_weeks, age_weeks
