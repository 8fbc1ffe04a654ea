-- one row per earlier date, model and decile of predicted purchases: predicted beside real purchases per customer
select
    cast(results.as_of_date as date) as as_of_date,
    dates.holdout_days,
    results.model,
    cast(results.decile as {{ dbt.type_int() }}) as decile,
    results.customers_count,
    results.value as predicted_purchases,
    results.baseline_value as real_purchases
from {{ ref('fit_clv_backtest') }} as results
inner join {{ ref('int_clv_dates') }} as dates
    on cast(results.as_of_date as date) = dates.as_of_date
where results.part = 'calibration'
