-- one row per buyer at the current as-of date, in the terms of Fader, Hardie and Lee (not those of RFM):
-- repeat purchase days, time from first to last purchase day, age, mean spend over repeat days only
with

days as (
    select
        days.customer_id,
        spine.as_of_date,
        days.activity_date,
        days.sales_amount,
        min(days.activity_date) over (partition by days.customer_id) as first_order_date
    from {{ ref('int_customer_purchase_days') }} as days
    inner join {{ ref('int_as_of_dates') }} as spine
        on days.activity_date <= spine.as_of_date
    where spine.is_current
        and days.orders_count > 0
),

histories as (
    select
        customer_id,
        as_of_date,
        count(*) - 1 as repeat_purchase_count,
        {{ days_between('first_order_date', 'max(activity_date)') }} as recency_days,
        {{ days_between('first_order_date', 'as_of_date') }} as age_days,
        sum(case when activity_date > first_order_date then sales_amount end) as repeat_spend_amount,
        sum(sales_amount) as sales_amount
    from days
    group by customer_id, as_of_date, first_order_date
)

select
    customer_id,
    as_of_date,
    repeat_purchase_count,
    recency_days,
    age_days,
    recency_days / {{ double_literal(7) }} as recency_weeks,
    age_days / {{ double_literal(7) }} as age_weeks,
    cast(repeat_spend_amount as {{ type_double() }}) / nullif(repeat_purchase_count, 0) as mean_repeat_spend_amount,
    cast(sales_amount as {{ type_double() }}) / (repeat_purchase_count + 1) as mean_spend_amount
from histories
