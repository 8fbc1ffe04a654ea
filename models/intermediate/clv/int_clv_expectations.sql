-- one row per buyer: probability of being alive, expected purchases, expected spend per purchase day. Where BG/NBD cannot
-- be used the last year is expected again; where Gamma-Gamma cannot, the customer's own mean spend
with

alive as (
    select
        histories.*,
        parameters.*,
        case
            when is_bg_nbd_usable and histories.repeat_purchase_count = 0 then 1.0
            when is_bg_nbd_usable
                -- the exponent is capped: beyond it the probability is 0 in double precision anyway
                then 1 / (1 + bg_nbd_a / (bg_nbd_b + histories.repeat_purchase_count - 1) * exp(least(700,
                    (bg_nbd_r + histories.repeat_purchase_count)
                    * ln((bg_nbd_alpha + histories.age_weeks) / (bg_nbd_alpha + histories.recency_weeks))
                )))
        end as probability_alive
    from {{ ref('int_clv_histories') }} as histories
    cross join {{ ref('int_clv_parameters') }} as parameters
)

select
    alive.customer_id,
    alive.repeat_purchase_count,
    alive.recency_weeks,
    alive.age_weeks,
    alive.mean_repeat_spend_amount,
    alive.bg_nbd_status,
    alive.is_bg_nbd_usable,
    alive.probability_alive,
    case when is_bg_nbd_usable then alive.probability_alive * lookup.next_90_days else purchases.orders_last_90_days_count end as expected_purchases_next_90_days,
    case when is_bg_nbd_usable then alive.probability_alive * lookup.next_365_days else purchases.orders_last_365_days_count end as expected_purchases_next_365_days,
    case when is_bg_nbd_usable then alive.probability_alive * lookup.discounted else purchases.orders_last_365_days_count end as discounted_purchases,
    case
        when is_bg_nbd_usable then 1 - alive.probability_alive * (1 - lookup.no_purchase_next_90_days)
        -- without a model: as if orders came at random at last year's rate
        else exp(-purchases.orders_last_365_days_count * 90 / {{ double_literal(365) }})
    end as probability_no_order_next_90_days,
    case
        when alive.is_gamma_gamma_usable and alive.repeat_purchase_count > 0 and alive.mean_repeat_spend_amount > 0
            then alive.gamma_gamma_p * (alive.gamma_gamma_gamma + alive.repeat_purchase_count * alive.mean_repeat_spend_amount)
                / (alive.gamma_gamma_p * alive.repeat_purchase_count + alive.gamma_gamma_q - 1)
        when alive.is_gamma_gamma_usable and alive.gamma_gamma_q > 1
            then alive.gamma_gamma_p * alive.gamma_gamma_gamma / (alive.gamma_gamma_q - 1)
        else alive.mean_spend_amount
    end as expected_spend_amount
from alive
inner join {{ ref('int_customer_purchases_as_of') }} as purchases
    on alive.customer_id = purchases.customer_id
    and alive.as_of_date = purchases.as_of_date
left join {{ ref('fit_clv_purchases_lookup') }} as lookup
    on alive.repeat_purchase_count = lookup.repeat_purchase_count
    and alive.age_days = lookup.age_days
