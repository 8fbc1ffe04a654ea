-- distinct purchase histories with the number of customers who have them: all that BG/NBD is fitted on
select
    repeat_purchase_count,
    recency_weeks,
    age_weeks,
    count(*) as customers_count
from {{ ref('int_clv_histories') }}
group by repeat_purchase_count, recency_weeks, age_weeks
