{%- set horizons = ['next_90_days', 'next_365_days', 'discounted'] -%}
-- one row per buyer at the current as-of date: what the forecast that errs least on held-out time expects, with its factors. Nothing
-- (null) where its totals missed what customers then brought; where Gamma-Gamma is not usable, the own mean spend
with

chosen as (
    select distinct model_group, model, status, total_status, purchases_factor, spend_factor from {{ ref('fit_clv_models') }}
    where is_chosen and model <> 'gamma_gamma'
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

classes as (
    select *, lead(days) over (partition by repeat_purchase_count order by days) as next_class_days
    from {{ ref('fit_clv_scores_lookup') }}
    where model_group = 'recency_class'
),

-- a model's terms at the customer's age, and the probability of being alive (Python: clv.scoring_tables.scores_lookup)
scored as (
    select
        histories.*,
        chosen.model as clv_model,
        {{ clv_status() }} as clv_status,
        case when chosen.total_status <> 'misses_held_out_total' then chosen.purchases_factor end as purchases_factor,
        chosen.spend_factor,
        {%- for term in horizons + ['no_purchase_next_90_days'] %}
        at_age.{{ term }} as model_{{ term }},
        classes.{{ term }} as class_{{ term }},
        {%- endfor %}
        at_age.days_to_next,
        1 / (1 - at_age.dropped_later_odds + case
            when after_last_purchase.log_dropped_after is null then 0  -- no chance to drop out so far
            else exp(least(after_last_purchase.log_dropped_after - at_age.log_alive, 500))
        end) as alive_ratio
    from {{ ref('int_clv_histories') }} as histories
    inner join {{ ref('int_score_sufficiency') }} as sufficiency on histories.as_of_date = sufficiency.as_of_date
    left join chosen on histories.model_group = chosen.model_group
    left join {{ ref('fit_clv_scores_lookup') }} as at_age
        on case when chosen.total_status <> 'misses_held_out_total' then histories.model_group end = at_age.model_group
        and histories.repeat_purchase_count = at_age.repeat_purchase_count and histories.age_days = at_age.days
    left join {{ ref('fit_clv_scores_lookup') }} as after_last_purchase
        on histories.model_group = after_last_purchase.model_group and histories.repeat_purchase_count = after_last_purchase.repeat_purchase_count
        and histories.first_to_last_days = after_last_purchase.days
    left join classes
        on least(histories.repeat_purchase_count, 1) = classes.repeat_purchase_count
        and histories.age_days - histories.first_to_last_days >= classes.days
        and histories.age_days - histories.first_to_last_days < coalesce(classes.next_class_days, histories.age_days + 1)
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
    clv_model,
    -- BG/NBD says 1 of whoever bought once, which is no finding
    case when clv_model <> 'bg_nbd' or repeat_purchase_count > 0 then alive_ratio end as probability_alive,
    {{ clv_forecast('next_90_days') }} * purchases_factor as expected_purchases_next_90_days,
    {{ clv_forecast('next_365_days') }} * purchases_factor as expected_purchases_next_365_days,
    {{ clv_forecast('discounted') }} * purchases_factor as discounted_purchases,
    -- without a model: the share of customers of the same recency
    coalesce(1 - alive_ratio * (1 - model_no_purchase_next_90_days), class_no_purchase_next_90_days) as probability_no_order_next_90_days,
    days_to_next as expected_days_to_next_order_if_alive,
    {{ gamma_gamma_spend() }} as expected_spend_amount,
    spend_factor
from scored
cross join spend
