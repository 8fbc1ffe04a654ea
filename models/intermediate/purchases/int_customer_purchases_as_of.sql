{%- set counts = ['orders_count', 'discounted_orders_count', 'coupon_orders_count', 'online_orders_count', 'store_orders_count', 'partly_refunded_orders_count'] -%}
{%- set amounts = ['sales_amount', 'refund_amount', 'net_amount', 'gross_amount', 'discount_amount', 'items_quantity'] -%}
-- one row per customer and as-of date with at least one sale or refund up to that date: what was bought until then.
-- Totals to date are added up from the totals between two dates of the spine, which are far fewer than the days
with

days as (
    select
        purchase_days.*,
        case when orders_count > 0 then activity_date end as purchase_date,
        cast(sales_amount - refund_amount as decimal(18, 4)) as net_amount
    from {{ ref('int_customer_purchase_days') }} as purchase_days
),

purchase_gaps as (
    select
        customer_id,
        purchase_date,
        lag(purchase_date) over (partition by customer_id order by purchase_date) as previous_order_date
    from days
    where purchase_date is not null
),

first_as_of_dates as (
    select
        calendar.activity_date,
        min(spine.as_of_date) as first_as_of_date
    from (select activity_date from days group by activity_date) as calendar
    inner join {{ ref('int_as_of_dates') }} as spine
        on calendar.activity_date <= spine.as_of_date
    group by calendar.activity_date
),

between_dates as (
    select
        days.customer_id,
        first_as_of_dates.first_as_of_date,
        count(days.purchase_date) as purchase_days_count,
        min(days.purchase_date) as first_order_date,
        max(days.purchase_date) as last_order_date,
        {{- narrow_sums('days', counts, amounts) }}
    from days
    inner join first_as_of_dates
        on days.activity_date = first_as_of_dates.activity_date
    group by days.customer_id, first_as_of_dates.first_as_of_date
),

totals as (
    select
        between_dates.customer_id,
        spine.as_of_date,
        min(between_dates.first_order_date) as first_order_date,
        max(between_dates.last_order_date) as last_order_date,
        {{- narrow_sums('between_dates', ['purchase_days_count'] + counts, amounts) }}
    from between_dates
    inner join {{ ref('int_as_of_dates') }} as spine
        on between_dates.first_as_of_date <= spine.as_of_date
    group by between_dates.customer_id, spine.as_of_date
)

select
    totals.*,
    {%- for window in ['last_30', 'last_90', 'last_365', 'previous_90'] %}
    cast(coalesce(recent.orders_{{ window }}_days_count, 0) as {{ dbt.type_bigint() }}) as orders_{{ window }}_days_count,
    cast(coalesce(recent.net_{{ window }}_days_amount, 0) as decimal(18, 4)) as net_{{ window }}_days_amount,
    {%- endfor %}
    {{ days_between('totals.last_order_date', 'totals.as_of_date') }} as days_since_last_order,
    {{ days_between('totals.first_order_date', 'totals.as_of_date') }} as days_since_first_order,
    {{ days_between('purchase_gaps.previous_order_date', 'totals.last_order_date') }} as last_gap_days,
    -- the customer's own rhythm: mean days between purchase days, known from the second one on
    {{ days_between('totals.first_order_date', 'totals.last_order_date') }} * 1.0 / nullif(totals.purchase_days_count - 1, 0) as mean_gap_days
from totals
left join {{ ref('int_customer_recent_purchases_as_of') }} as recent
    on totals.customer_id = recent.customer_id
    and totals.as_of_date = recent.as_of_date
left join purchase_gaps
    on totals.customer_id = purchase_gaps.customer_id
    and totals.last_order_date = purchase_gaps.purchase_date
