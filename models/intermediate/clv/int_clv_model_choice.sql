-- one row per group of customers: the model that was chosen on held-out time, and how its fit went. Where there is too
-- little to fit on, or every model loses to the naive forecasts, that is the status
with

choice as (
    select
        model as chosen_model,
        status as choice_reason
    from {{ ref('fit_clv_backtest') }}
    where part = 'choice'
),

model_groups as (
    select distinct model_group
    from {{ ref('int_clv_fit_cells') }}
),

chosen_fits as (
    select
        model_group,
        max(status) as status
    from {{ ref('fit_clv_models') }}
    where is_chosen
        and model <> 'gamma_gamma'
    group by model_group
)

select
    model_groups.model_group,
    choice.chosen_model,
    choice.choice_reason,
    case
        when sufficiency.population_status <> 'sufficient' then sufficiency.population_status
        else coalesce(chosen_fits.status, 'loses_to_naive_forecast')
    end as status
from model_groups
cross join choice
inner join {{ ref('int_score_sufficiency') }} as sufficiency
    on sufficiency.is_current
left join chosen_fits
    on model_groups.model_group = chosen_fits.model_group
