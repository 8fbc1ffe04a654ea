-- one row per customer and as-of date with a sale or a refund in the last 365 days: what was bought in windows that end
-- on the as-of date
with

days as (
    select
        customer_id,
        activity_date,
        orders_count,
        cast(sales_amount - refund_amount as decimal(18, 4)) as net_amount
    from {{ ref('int_customer_purchase_days') }}
),

spine as (
    select
        as_of_date,
        {%- for window in [30, 90, 180, 365] %}
        {{ days_before('as_of_date', window) }} as date_{{ window }}_days_before{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_as_of_dates') }}
)

select
    days.customer_id,
    spine.as_of_date,
    {%- for window in [30, 90, 365] %}
    cast(sum(case when days.activity_date > spine.date_{{ window }}_days_before then days.orders_count else 0 end) as {{ dbt.type_bigint() }}) as orders_last_{{ window }}_days_count,
    cast(sum(case when days.activity_date > spine.date_{{ window }}_days_before then days.net_amount else 0 end) as decimal(18, 4)) as net_last_{{ window }}_days_amount,
    {%- endfor %}
    cast(sum(case when days.activity_date > spine.date_180_days_before and days.activity_date <= spine.date_90_days_before then days.orders_count else 0 end) as {{ dbt.type_bigint() }}) as orders_previous_90_days_count,
    cast(sum(case when days.activity_date > spine.date_180_days_before and days.activity_date <= spine.date_90_days_before then days.net_amount else 0 end) as decimal(18, 4)) as net_previous_90_days_amount
from days
inner join spine
    on days.activity_date <= spine.as_of_date
    and days.activity_date > spine.date_365_days_before
group by days.customer_id, spine.as_of_date
