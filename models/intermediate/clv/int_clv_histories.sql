-- one row per buyer at the current date and at the dates of back-tests, in the terms of Fader, Hardie and Lee (not those of
-- RFM): repeat purchase days, time from first to last purchase day, age, mean spend over repeat days only
with

histories as (
    select
        days.customer_id,
        dates.as_of_date,
        dates.is_current,
        count(*) - 1 as repeat_purchase_count,
        count(case when days.activity_date > {{ days_before('dates.as_of_date', 90) }} then 1 end) as purchases_last_90_days_count,
        count(case when days.activity_date > {{ days_before('dates.as_of_date', 365) }} then 1 end) as purchases_last_365_days_count,
        count(case when days.activity_date > {{ days_before('dates.as_of_date', 365) }} and days.activity_date <= {{ days_before('dates.as_of_date', 275) }} then 1 end) as purchases_same_90_days_last_year_count,
        min(days.activity_date) as first_order_date,
        max(days.activity_date) as last_order_date,
        cast(sum(days.sales_amount) as decimal(18, 4)) as sales_amount,
        min_by(days.sales_amount, days.activity_date) as first_sales_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_score_sufficiency') }} as dates
        on days.activity_date <= dates.as_of_date
    where days.orders_count > 0
        and (dates.is_current or dates.is_backtest_date)
    group by days.customer_id, dates.as_of_date, dates.is_current
)

select
    histories.customer_id,
    histories.as_of_date,
    histories.is_current,
    {{ clv_group() }} as model_group,
    histories.repeat_purchase_count,
    {{ days_between('histories.first_order_date', 'histories.last_order_date') }} as first_to_last_days,
    {{ days_between('histories.first_order_date', 'histories.as_of_date') }} as age_days,
    histories.purchases_last_90_days_count,
    histories.purchases_last_365_days_count,
    histories.purchases_same_90_days_last_year_count,
    histories.sales_amount - histories.first_sales_amount as repeat_spend_amount,
    cast(histories.sales_amount - histories.first_sales_amount as {{ type_double() }}) / nullif(histories.repeat_purchase_count, 0) as mean_repeat_spend_amount,
    cast(histories.sales_amount as {{ type_double() }}) / (histories.repeat_purchase_count + 1) as mean_spend_amount
from histories
{{ clv_group_customers('histories.customer_id') }}
