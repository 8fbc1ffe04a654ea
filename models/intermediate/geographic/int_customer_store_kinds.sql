{%- set known = ['stand_alone', 'mall', 'other_store', 'online'] -%}
{%- set classes = known + ['unknown_store', 'untold', 'assisted'] -%}
-- one row per buyer: orders per kind of store up to the current as-of date, and each kind's share of those not by phone or sales people
with

orders as (
    select
        orders.customer_id,
        -- what was ordered online was, wherever it was fetched or sent from; by phone no store was used
        case
            when orders.channel_class in ('online', 'assisted') then orders.channel_class
            when kinds.store_class is not null then kinds.store_class
            when orders.channel_class = 'store' or orders.store_id is not null then 'unknown_store'
            else 'untold'
        end as store_class
    from {{ ref('int_orders_valued') }} as orders
    inner join {{ ref('int_as_of_dates') }} as spine
        on spine.is_current
        and orders.ordered_date <= spine.as_of_date
    left join {{ accepted_relation('stores') | indent(4) }} as stores
        on orders.store_id = stores.store_id
    left join {{ ref('store_kinds') }} as kinds
        on stores.store_kind = kinds.store_kind
),

totals as (
    select
        customer_id,
        {%- for class in classes %}
        count(case when store_class = '{{ class }}' then 1 end) as {{ class }}_orders_count,
        {%- endfor %}
        count(case when store_class in ('unknown_store', 'untold') then 1 end) as no_known_kind_orders_count,
        count(case when store_class <> 'assisted' then 1 end) as store_kind_orders_count
    from orders
    group by customer_id
),

largest as (
    select
        totals.*,
        greatest({% for class in known %}{{ class }}_orders_count{{ ', ' if not loop.last }}{% endfor %}) as main_store_kind_orders_count
    from totals
)

select
    largest.*,
    {%- for class in classes if class != 'assisted' %}
    {{ class }}_orders_count / {{ double_literal('nullif(store_kind_orders_count, 0)') }} as {{ class }}_orders_ratio,
    {%- endfor %}
    main_store_kind_orders_count / {{ double_literal('nullif(store_kind_orders_count, 0)') }} as main_store_kind_ratio,
    -- what it would be if all orders of no known kind were of the largest
    (main_store_kind_orders_count + no_known_kind_orders_count) / {{ double_literal('nullif(store_kind_orders_count, 0)') }} as reachable_store_kind_ratio
from largest
