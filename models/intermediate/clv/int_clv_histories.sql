-- one row per buyer and date of int_clv_dates, in the terms of Fader, Hardie and Lee (not those of RFM):
-- repeat purchase days, time from first to last purchase day, age, mean spend over repeat days only
with

days as (
    select
        days.customer_id,
        dates.as_of_date,
        dates.is_current,
        days.activity_date,
        days.sales_amount,
        min(days.activity_date) over (partition by days.customer_id, dates.as_of_date) as first_order_date
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_clv_dates') }} as dates
        on days.activity_date <= dates.as_of_date
    where days.orders_count > 0
),

histories as (
    select
        customer_id,
        as_of_date,
        is_current,
        count(*) - 1 as repeat_purchase_count,
        {{ days_between('first_order_date', 'max(activity_date)') }} as recency_days,
        {{ days_between('first_order_date', 'as_of_date') }} as age_days,
        sum(case when activity_date > first_order_date then sales_amount end) as repeat_spend_amount,
        sum(sales_amount) as sales_amount
    from days
    group by customer_id, as_of_date, is_current, first_order_date
)

select
    histories.customer_id,
    histories.as_of_date,
    histories.is_current,
    {{ clv_group() }} as model_group,
    histories.repeat_purchase_count,
    histories.recency_days,
    histories.age_days,
    histories.recency_days / {{ double_literal(7) }} as recency_weeks,
    histories.age_days / {{ double_literal(7) }} as age_weeks,
    cast(histories.repeat_spend_amount as {{ type_double() }}) / nullif(histories.repeat_purchase_count, 0) as mean_repeat_spend_amount,
    cast(histories.sales_amount as {{ type_double() }}) / (histories.repeat_purchase_count + 1) as mean_spend_amount
from histories
inner join {{ ref('int_customers_accepted') }} as customers
    on histories.customer_id = customers.customer_id
