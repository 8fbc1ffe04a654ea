{%- set limit = number_setting('clv_backtest_sample_size', 100, 200000) -%}
-- a bounded sample of the buyers known at each earlier date: their history until then, what they did in the time since,
-- and in the time of the same length before
with

around as (
    select
        days.customer_id,
        dates.as_of_date,
        sum(case when days.activity_date > dates.as_of_date then 1 else 0 end) as holdout_purchases_count,
        sum(case when days.activity_date > dates.as_of_date then days.sales_amount else 0 end) as holdout_spend_amount,
        max(days.activity_date) as last_purchase_date,
        sum(case when days.activity_date <= dates.as_of_date and days.activity_date > dates.previous_start_date then 1 else 0 end) as previous_purchases_count,
        sum(case when days.activity_date <= dates.as_of_date and days.activity_date > dates.previous_start_date then days.sales_amount else 0 end) as previous_spend_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_clv_dates') }} as dates
        on days.activity_date <= dates.holdout_end_date
    where days.orders_count > 0
        and not dates.is_current
    group by days.customer_id, dates.as_of_date
),

ordered as (
    select
        histories.*,
        row_number() over (partition by histories.as_of_date order by md5(histories.customer_id), histories.customer_id) as position
    from {{ ref('int_clv_histories') }} as histories
    where not histories.is_current
)

select
    ordered.customer_id,
    ordered.as_of_date,
    ordered.repeat_purchase_count,
    ordered.recency_days / {{ double_literal(7) }} as recency_weeks,
    ordered.age_days / {{ double_literal(7) }} as age_weeks,
    ordered.mean_repeat_spend_amount,
    ordered.mean_spend_amount,
    dates.holdout_days / {{ double_literal(7) }} as holdout_weeks,
    around.holdout_purchases_count,
    case
        when around.holdout_purchases_count > 0
            then ordered.age_days + {{ days_between('dates.as_of_date', 'around.last_purchase_date') }}
        else ordered.recency_days
    end / {{ double_literal(7) }} as holdout_recency_weeks,
    cast(around.holdout_spend_amount as {{ type_double() }}) as holdout_spend_amount,
    around.previous_purchases_count,
    cast(around.previous_spend_amount as {{ type_double() }}) as previous_spend_amount
from ordered
inner join {{ ref('int_clv_dates') }} as dates
    on ordered.as_of_date = dates.as_of_date
inner join around
    on ordered.customer_id = around.customer_id
    and ordered.as_of_date = around.as_of_date
where ordered.position <= {{ limit }}
