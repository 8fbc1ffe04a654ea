{%- set discount_rate = number_setting('clv_discount_rate_yearly', 0, 1) -%}
{%- set horizon_days = number_setting('clv_horizon_days', 1, 36525) -%}
-- one row per buyer at the current as-of date: what the chosen model expects, by the customer's history. Where no model is
-- usable the last period is expected again; where Gamma-Gamma is not, the customer's own mean spend
with

histories as (
    select *
    from {{ ref('int_clv_histories') }}
    where is_current
),

choice as (
    select
        model_group,
        status,
        -- null joins nothing: the fallback scores
        case when status in ('ok', 'no_churn_signal') then model_group end as looked_up_group
    from {{ ref('int_clv_model_choice') }}
),

-- the model's terms at the customer's age, and the probability of being alive (Python: clv.scoring_tables.scores_lookup)
scored as (
    select
        histories.*,
        choice.status as clv_status,
        at_age.model as clv_model,
        1 / (
            1 - at_age.dropped_later_odds + case
                -- null: no chance to drop out so far
                when after_last_purchase.log_dropped_after is null then 0
                else exp(least(after_last_purchase.log_dropped_after - at_age.log_alive, 500))
            end
        ) as probability_alive,
        at_age.next_90_days,
        at_age.next_365_days,
        at_age.discounted,
        at_age.no_purchase_next_90_days,
        at_age.days_to_next
    from histories
    inner join choice
        on histories.model_group = choice.model_group
    left join {{ ref('fit_clv_scores_lookup') }} as at_age
        on choice.looked_up_group = at_age.model_group
        and histories.repeat_purchase_count = at_age.repeat_purchase_count
        and histories.age_days = at_age.days
    left join {{ ref('fit_clv_scores_lookup') }} as after_last_purchase
        on choice.looked_up_group = after_last_purchase.model_group
        and histories.repeat_purchase_count = after_last_purchase.repeat_purchase_count
        and histories.recency_days = after_last_purchase.days
)

select
    scored.customer_id,
    scored.as_of_date,
    scored.repeat_purchase_count,
    scored.recency_days / {{ double_literal(7) }} as recency_weeks,
    scored.age_days / {{ double_literal(7) }} as age_weeks,
    scored.mean_repeat_spend_amount,
    scored.clv_status,
    coalesce(scored.clv_model, 'same_as_last_period') as clv_model,
    scored.probability_alive,
    coalesce(scored.next_90_days * scored.probability_alive, scored.purchases_last_90_days_count) as expected_purchases_next_90_days,
    coalesce(scored.next_365_days * scored.probability_alive, scored.purchases_last_365_days_count) as expected_purchases_next_365_days,
    coalesce(
        scored.discounted * scored.probability_alive,
        -- last year's purchases on every day of the horizon, discounted to the as-of date
        scored.purchases_last_365_days_count / {{ double_literal(365.25) }} * {{ discounted_days(discount_rate, horizon_days) }}
    ) as discounted_purchases,
    coalesce(
        1 - scored.probability_alive * (1 - scored.no_purchase_next_90_days),
        -- without a model: as if purchases came at random at last year's rate
        exp(-scored.purchases_last_365_days_count * 90 / {{ double_literal(365) }})
    ) as probability_no_order_next_90_days,
    scored.days_to_next as expected_days_to_next_order_if_alive,
    case
        when spend.is_spend_usable and scored.repeat_purchase_count > 0 and scored.mean_repeat_spend_amount > 0
            then spend.spend_p * (spend.spend_gamma + scored.repeat_purchase_count * scored.mean_repeat_spend_amount)
                / (spend.spend_p * scored.repeat_purchase_count + spend.spend_q - 1)
        when spend.is_spend_usable and spend.spend_q > 1
            then spend.spend_p * spend.spend_gamma / (spend.spend_q - 1)
        else scored.mean_spend_amount
    end as expected_spend_amount
from scored
cross join {{ ref('int_clv_spend_parameters') }} as spend
