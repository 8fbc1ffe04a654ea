-- one row per buyer and date of int_clv_dates, in the terms of Fader, Hardie and Lee (not those of RFM):
-- repeat purchase days, time from first to last purchase day, age, mean spend over repeat days only
with

histories as (
    select
        days.customer_id,
        dates.as_of_date,
        dates.is_current,
        count(*) - 1 as repeat_purchase_count,
        min(days.activity_date) as first_order_date,
        max(days.activity_date) as last_order_date,
        sum(days.sales_amount) as sales_amount,
        sum(days.sales_amount) - min_by(days.sales_amount, days.activity_date) as repeat_spend_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_clv_dates') }} as dates
        on days.activity_date <= dates.as_of_date
    where days.orders_count > 0
    group by days.customer_id, dates.as_of_date, dates.is_current
),

measured as (
    select
        *,
        {{ days_between('first_order_date', 'last_order_date') }} as recency_days,
        {{ days_between('first_order_date', 'as_of_date') }} as age_days
    from histories
)

select
    measured.customer_id,
    measured.as_of_date,
    measured.is_current,
    {{ clv_group() }} as model_group,
    measured.repeat_purchase_count,
    measured.recency_days,
    measured.age_days,
    measured.recency_days / {{ double_literal(7) }} as recency_weeks,
    measured.age_days / {{ double_literal(7) }} as age_weeks,
    measured.repeat_spend_amount,
    cast(measured.repeat_spend_amount as {{ type_double() }}) / nullif(measured.repeat_purchase_count, 0) as mean_repeat_spend_amount,
    cast(measured.sales_amount as {{ type_double() }}) / (measured.repeat_purchase_count + 1) as mean_spend_amount
from measured
inner join {{ ref('int_customers_accepted') }} as customers
    on measured.customer_id = customers.customer_id
