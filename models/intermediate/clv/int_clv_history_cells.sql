-- distinct purchase histories at the current as-of date with the number of customers who have them: all that the models
-- without a contract are fitted on, and all histories there are to score
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
