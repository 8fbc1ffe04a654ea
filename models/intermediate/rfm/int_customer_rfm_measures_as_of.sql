-- one row per buyer and as-of date: recency, frequency and monetary as the settings define them, within the window that
-- ends on the as-of date or over all history
with

purchases as (
    select
        customer_id,
        as_of_date,
        days_since_last_order,
        orders_count,
        purchase_days_count,
        net_amount
    from {{ ref('int_customer_purchases_as_of') }}
    where orders_count > 0
),

settings as (
    select
        window_days,
        window_days > 0 as has_window,
        frequency_definition
    from {{ ref('int_rfm_settings') }}
),

spans as (
    select
        spine.as_of_date,
        {{ days_before('spine.as_of_date', days_setting('rfm_window_days', 0, 36500)) }} as window_before_date
    from {{ ref('int_as_of_dates') }} as spine
    cross join settings
    where settings.has_window
),

recent as (
    select
        days.customer_id,
        spans.as_of_date,
        sum(days.orders_count) as orders_count,
        sum(case when days.orders_count > 0 then 1 else 0 end) as purchase_days_count,
        sum(days.sales_amount - days.refund_amount) as net_amount
    from {{ ref('int_customer_purchase_days') }} as days
    inner join spans
        on days.activity_date > spans.window_before_date
        and days.activity_date <= spans.as_of_date
    group by days.customer_id, spans.as_of_date
),

measured as (
    select
        purchases.customer_id,
        purchases.as_of_date,
        purchases.days_since_last_order,
        settings.frequency_definition,
        case when settings.has_window then coalesce(recent.orders_count, 0) else purchases.orders_count end as orders_count,
        case when settings.has_window then coalesce(recent.purchase_days_count, 0) else purchases.purchase_days_count end as purchase_days_count,
        case when settings.has_window then coalesce(recent.net_amount, 0) else purchases.net_amount end as net_amount
    from purchases
    cross join settings
    left join recent
        on purchases.customer_id = recent.customer_id
        and purchases.as_of_date = recent.as_of_date
)

select
    measured.customer_id,
    measured.as_of_date,
    parted.attribute_group,
    measured.orders_count > 0 as is_recent,
    measured.days_since_last_order as recency_days,
    cast(case measured.frequency_definition
        when 'orders' then measured.orders_count
        when 'purchase_days' then measured.purchase_days_count
    end as {{ dbt.type_bigint() }}) as frequency_count,
    cast(measured.net_amount as decimal(18, 4)) as monetary_amount
from measured
inner join {{ ref('int_customer_rfm_groups') }} as parted
    on measured.customer_id = parted.customer_id
