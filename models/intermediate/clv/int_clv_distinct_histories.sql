-- expected purchases of a customer who is alive depend on these two only
select
    repeat_purchase_count,
    age_days
from {{ ref('int_clv_histories') }}
group by repeat_purchase_count, age_days
