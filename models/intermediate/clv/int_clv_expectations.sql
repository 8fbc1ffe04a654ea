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

naive as (
    select
        customer_id,
        as_of_date,
        orders_last_90_days_count,
        orders_last_365_days_count,
        -- last year's orders on every day of the horizon, discounted to the as-of date
        orders_last_365_days_count / {{ double_literal(365.25) }} * {{ discounted_days(discount_rate, horizon_days) }} as discounted_orders
    from {{ ref('int_customer_purchases_as_of') }}
)

select
    histories.customer_id,
    histories.as_of_date,
    histories.repeat_purchase_count,
    histories.recency_weeks,
    histories.age_weeks,
    histories.mean_repeat_spend_amount,
    choice.status as clv_status,
    coalesce(scores.model, 'same_as_last_period') as clv_model,
    scores.probability_alive,
    coalesce(scores.next_90_days, naive.orders_last_90_days_count) as expected_purchases_next_90_days,
    coalesce(scores.next_365_days, naive.orders_last_365_days_count) as expected_purchases_next_365_days,
    coalesce(scores.discounted, naive.discounted_orders) as discounted_purchases,
    -- without a model: as if orders came at random at last year's rate
    coalesce(scores.no_purchase_next_90_days, exp(-naive.orders_last_365_days_count * 90 / {{ double_literal(365) }})) as probability_no_order_next_90_days,
    scores.days_to_next_if_alive as expected_days_to_next_order_if_alive,
    case
        when spend.is_spend_usable and histories.repeat_purchase_count > 0 and histories.mean_repeat_spend_amount > 0
            then spend.spend_p * (spend.spend_gamma + histories.repeat_purchase_count * histories.mean_repeat_spend_amount)
                / (spend.spend_p * histories.repeat_purchase_count + spend.spend_q - 1)
        when spend.is_spend_usable and spend.spend_q > 1
            then spend.spend_p * spend.spend_gamma / (spend.spend_q - 1)
        else histories.mean_spend_amount
    end as expected_spend_amount
from histories
inner join naive
    on histories.customer_id = naive.customer_id
    and histories.as_of_date = naive.as_of_date
inner join {{ ref('int_clv_model_choice') }} as choice
    on histories.model_group = choice.model_group
cross join {{ ref('int_clv_spend_parameters') }} as spend
left join {{ ref('fit_clv_history_scores') }} as scores
    on choice.status in ('ok', 'no_churn_signal')
    and histories.model_group = scores.model_group
    and histories.repeat_purchase_count = scores.repeat_purchase_count
    and histories.recency_days = scores.recency_days
    and histories.age_days = scores.age_days
