-- one row per earlier date, model and decile of predicted purchases: predicted beside real purchases per customer
select
    cast(results.as_of_date as date) as as_of_date,
    {{ days_between('cast(results.as_of_date as date)', 'spine.as_of_date') }} as holdout_days,
    results.model,
    cast(results.decile as {{ dbt.type_int() }}) as decile,
    results.customers_count,
    results.value as predicted_purchases,
    results.baseline_value as real_purchases
from {{ ref('fit_clv_backtest') }} as results
inner join {{ ref('int_as_of_dates') }} as spine
    on spine.is_current
where results.part = 'calibration'
