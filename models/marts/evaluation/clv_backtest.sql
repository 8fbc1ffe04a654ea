-- one row per earlier date, model (naive forecasts included) and measure: fitted then, judged on the time since
select
    cast(results.as_of_date as date) as as_of_date,
    {{ days_between('cast(results.as_of_date as date)', 'spine.as_of_date') }} as holdout_days,
    results.model,
    results.measure,
    results.customers_count,
    results.value,
    results.baseline,
    results.baseline_value,
    case
        when results.measure like '%bias_ratio' then abs(results.value) < abs(results.baseline_value)
        when results.measure like '%error' then results.value < results.baseline_value
        else results.value > results.baseline_value
    end as beats_baseline,
    results.model = choice.chosen_model as is_chosen
from {{ ref('fit_clv_backtest') }} as results
inner join {{ ref('int_as_of_dates') }} as spine
    on spine.is_current
cross join (
    select model as chosen_model from {{ ref('fit_clv_backtest') }} where part = 'choice'
) as choice
where results.part = 'measure'
