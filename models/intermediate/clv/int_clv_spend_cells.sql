-- distinct pairs of repeat purchases and mean repeat spend with the number of customers: all that Gamma-Gamma is fitted on
select
    repeat_purchase_count,
    mean_repeat_spend_amount,
    count(*) as customers_count
from {{ ref('int_clv_histories') }}
where is_current
    and repeat_purchase_count > 0
group by repeat_purchase_count, mean_repeat_spend_amount
