-- one row per customer and as-of date with at least one sale or refund up to that date: what was bought until then
with

days as (
    select
        customer_id,
        activity_date,
        orders_count,
        sales_amount,
        gross_amount,
        discount_amount,
        refund_amount,
        discounted_orders_count,
        online_orders_count,
        store_orders_count,
        items_quantity,
        case when orders_count > 0 then activity_date end as purchase_date
    from {{ ref('int_customer_purchase_days') }}
),

purchase_gaps as (
    select
        customer_id,
        purchase_date,
        lag(purchase_date) over (partition by customer_id order by purchase_date) as previous_order_date
    from days
    where purchase_date is not null
),

spine as (
    select
        as_of_date,
        {%- for window in [30, 90, 180, 365] %}
        {{ days_before('as_of_date', window) }} as date_{{ window }}_days_before{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_as_of_dates') }}
),

totals as (
    select
        days.customer_id,
        spine.as_of_date,
        sum(days.orders_count) as orders_count,
        count(days.purchase_date) as purchase_days_count,
        min(days.purchase_date) as first_order_date,
        max(days.purchase_date) as last_order_date,
        sum(days.sales_amount) as sales_amount,
        sum(days.refund_amount) as refund_amount,
        sum(days.sales_amount) - sum(days.refund_amount) as net_amount,
        sum(days.gross_amount) as gross_amount,
        sum(days.discount_amount) as discount_amount,
        sum(days.discounted_orders_count) as discounted_orders_count,
        sum(days.online_orders_count) as online_orders_count,
        sum(days.store_orders_count) as store_orders_count,
        sum(days.items_quantity) as items_quantity,
        {%- for window in [30, 90, 365] %}
        sum(case when days.activity_date > spine.date_{{ window }}_days_before then days.orders_count else 0 end) as orders_last_{{ window }}_days_count,
        sum(case when days.activity_date > spine.date_{{ window }}_days_before then days.sales_amount - days.refund_amount else 0 end) as net_last_{{ window }}_days_amount,
        {%- endfor %}
        sum(case when days.activity_date > spine.date_180_days_before and days.activity_date <= spine.date_90_days_before then days.orders_count else 0 end) as orders_previous_90_days_count,
        sum(case when days.activity_date > spine.date_180_days_before and days.activity_date <= spine.date_90_days_before then days.sales_amount - days.refund_amount else 0 end) as net_previous_90_days_amount
    from days
    inner join spine
        on days.activity_date <= spine.as_of_date
    group by days.customer_id, spine.as_of_date
)

select
    totals.*,
    {{ days_between('totals.last_order_date', 'totals.as_of_date') }} as days_since_last_order,
    {{ days_between('totals.first_order_date', 'totals.as_of_date') }} as days_since_first_order,
    {{ days_between('purchase_gaps.previous_order_date', 'totals.last_order_date') }} as last_gap_days,
    -- the customer's own rhythm: mean days between purchase days, known from the second one on
    case
        when totals.purchase_days_count > 1
            then {{ days_between('totals.first_order_date', 'totals.last_order_date') }} * 1.0 / (totals.purchase_days_count - 1)
    end as mean_gap_days
from totals
left join purchase_gaps
    on totals.customer_id = purchase_gaps.customer_id
    and totals.last_order_date = purchase_gaps.purchase_date
