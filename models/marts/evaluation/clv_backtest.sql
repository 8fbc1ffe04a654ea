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
    coalesce(fits.is_chosen, false) as is_chosen
from {{ ref('fit_clv_backtest') }} as results
inner join {{ ref('int_as_of_dates') }} as spine
    on spine.is_current
left join (
    select distinct model, is_candidate, is_chosen from {{ ref('fit_clv_models') }}
) as fits
    on results.model = fits.model
-- a model that was judged but cannot score now is no candidate
where results.part = 'measure' and coalesce(fits.is_candidate, true)
