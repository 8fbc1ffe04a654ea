-- one row per buyer at the current as-of date: what the model chosen on held-out time expects, by the customer's history. Where
-- none is usable the last period (discounted over the horizon) is expected again; where Gamma-Gamma is not, the own mean spend
with

chosen as (
    select
        model_group,
        max(status) as status
    from {{ ref('fit_clv_models') }}
    where is_chosen and model <> 'gamma_gamma'
    group by model_group
),

spend as (
    select
        {%- for parameter in ['p', 'q', 'gamma'] %}
        max(case when parameter = '{{ parameter }}' then value end) as {{ parameter }},
        {%- endfor %}
        coalesce(max(status) in ('ok', 'no_churn_signal'), false) as is_usable
    from {{ ref('fit_clv_models') }}
    where model = 'gamma_gamma'
),

-- the model's terms at the customer's age, and the probability of being alive (Python: clv.scoring_tables.scores_lookup)
scored as (
    select
        histories.*,
        case
            when sufficiency.population_status <> 'sufficient' then sufficiency.population_status
            else coalesce(chosen.status, 'loses_to_naive_forecast')
        end as clv_status,
        {%- for term in ['model', 'next_90_days', 'next_365_days', 'discounted', 'no_purchase_next_90_days', 'days_to_next'] %}
        at_age.{{ term }},
        {%- endfor %}
        1 / (1 - at_age.dropped_later_odds + case
            when after_last_purchase.log_dropped_after is null then 0  -- no chance to drop out so far
            else exp(least(after_last_purchase.log_dropped_after - at_age.log_alive, 500))
        end) as probability_alive
    from {{ ref('int_clv_histories') }} as histories
    inner join {{ ref('int_score_sufficiency') }} as sufficiency
        on histories.as_of_date = sufficiency.as_of_date
    left join chosen
        on histories.model_group = chosen.model_group
    left join {{ ref('fit_clv_scores_lookup') }} as at_age
        on histories.model_group = at_age.model_group
        and histories.repeat_purchase_count = at_age.repeat_purchase_count
        and histories.age_days = at_age.days
    left join {{ ref('fit_clv_scores_lookup') }} as after_last_purchase
        on histories.model_group = after_last_purchase.model_group
        and histories.repeat_purchase_count = after_last_purchase.repeat_purchase_count
        and histories.first_to_last_days = after_last_purchase.days
    where histories.is_current
)

select
    customer_id,
    as_of_date,
    repeat_purchase_count,
    first_to_last_days / {{ double_literal(7) }} as recency_weeks,
    age_days / {{ double_literal(7) }} as age_weeks,
    mean_repeat_spend_amount,
    clv_status,
    coalesce(model, 'same_as_last_period') as clv_model,
    probability_alive,
    coalesce(next_90_days * probability_alive, purchases_last_90_days_count) as expected_purchases_next_90_days,
    coalesce(next_365_days * probability_alive, purchases_last_365_days_count) as expected_purchases_next_365_days,
    coalesce(discounted * probability_alive, purchases_last_365_days_count / {{ double_literal(365.25) }}
        * {{ discounted_days(number_setting('clv_discount_rate_yearly', 0, 1), number_setting('clv_horizon_days', 1, 36525)) }}) as discounted_purchases,
    -- without a model: as if purchases came at random at last year's rate
    coalesce(1 - probability_alive * (1 - no_purchase_next_90_days), exp(-purchases_last_365_days_count * 90 / {{ double_literal(365) }})) as probability_no_order_next_90_days,
    days_to_next as expected_days_to_next_order_if_alive,
    case
        when is_usable and repeat_purchase_count > 0 and mean_repeat_spend_amount > 0
            then p * (gamma + repeat_purchase_count * mean_repeat_spend_amount) / (p * repeat_purchase_count + q - 1)
        when is_usable and q > 1 then p * gamma / (q - 1)
        else mean_spend_amount
    end as expected_spend_amount
from scored
cross join spend
