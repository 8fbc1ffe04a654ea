-- one row per buyer: orders per channel up to the current as-of date, and each channel's share of those whose channel is known
with

totals as (
    select
        orders.customer_id,
        count(*) as orders_count,
        -- a word that the seed order_channels does not know says no more than none
        sum(case when orders.channel_class in ('online', 'store', 'assisted') then 1 else 0 end) as channel_orders_count,
        sum(case when orders.channel_class = 'online' then 1 else 0 end) as online_orders_count,
        sum(case when orders.channel_class = 'store' then 1 else 0 end) as store_orders_count,
        sum(case when orders.channel_class = 'assisted' then 1 else 0 end) as assisted_orders_count
    from {{ ref('int_orders_valued') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    group by orders.customer_id
)

select
    customer_id,
    orders_count,
    channel_orders_count,
    {%- for channel in ['online', 'store', 'assisted'] %}
    {{ channel }}_orders_count / {{ double_literal('nullif(channel_orders_count, 0)') }} as {{ channel }}_orders_ratio{{ ',' if not loop.last }}
    {%- endfor %}
from totals
