-- one row per buyer and as-of date: the customer's own median gap between buying days, how long the second of them took, how the last orders
-- were paid, the average order. What was known then is what was known on the last buying day until then, so days are joined by that day
with

settings as (
    {{ settings('purchasing', ['recent_orders_count']) }}
),

-- an order without any price was paid neither in full nor with a discount
priced_orders as (
    select
        customer_id,
        row_number() over (partition by customer_id order by ordered_at, order_id) as order_number,
        sum(case when is_discounted then 0 else 1 end) over (
            partition by customer_id order by ordered_at, order_id rows between unbounded preceding and current row
        ) as full_price_orders_count
    from {{ ref('int_orders_valued') }}
    where gross_amount > 0 or is_discounted
),

days as (
    select
        customer_id,
        ordered_date,
        {{ days_between('lag(ordered_date) over (partition by customer_id order by ordered_date)', 'ordered_date') }} as gap_days,
        row_number() over (partition by customer_id order by ordered_date) as day_number,
        {%- for count, kind in {'priced_orders_count': 'gross_amount > 0 or is_discounted', 'full_price_orders_count': 'gross_amount > 0 and not is_discounted'}.items() %}
        sum(sum(case when {{ kind }} then 1 else 0 end)) over (
            partition by customer_id order by ordered_date rows between unbounded preceding and current row
        ) as {{ count }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_orders_valued') }}
    group by customer_id, ordered_date
),

-- once per last buying day, which is the same at most dates of the spine
own_gaps as (
    select
        ends.customer_id,
        ends.last_order_date,
        percentile_cont(0.5) within group (order by days.gap_days) as own_median_gap_days
    from (select distinct customer_id, last_order_date from {{ ref('int_customer_purchases_as_of') }}) as ends
    inner join days
        on ends.customer_id = days.customer_id
        and ends.last_order_date >= days.ordered_date
    where days.gap_days is not null
    group by ends.customer_id, ends.last_order_date
)

select
    purchases.customer_id,
    purchases.as_of_date,
    purchases.purchase_days_count,
    purchases.purchase_days_count - 1 as own_gaps_count,
    own_gaps.own_median_gap_days,
    second_days.gap_days as days_to_second_purchase,
    -- of who has not come back: so far
    coalesce(second_days.gap_days, purchases.days_since_first_order) as second_purchase_days,
    purchases.orders_count,
    cast(days.full_price_orders_count as {{ type_double() }}) / nullif(days.priced_orders_count, 0) as full_price_ratio,
    least(days.priced_orders_count, settings.recent_orders_count) as recent_orders_count,
    days.full_price_orders_count - coalesce(orders_before.full_price_orders_count, 0) as recent_full_price_orders_count,
    cast(purchases.sales_amount / purchases.orders_count as decimal(18, 2)) as average_order_amount,
    cast(nullif(purchases.items_quantity, 0) / purchases.orders_count as decimal(18, 2)) as average_order_items_quantity
from {{ ref('int_customer_purchases_as_of') }} as purchases
cross join settings
inner join days
    on purchases.customer_id = days.customer_id
    and purchases.last_order_date = days.ordered_date
left join own_gaps
    on purchases.customer_id = own_gaps.customer_id
    and purchases.last_order_date = own_gaps.last_order_date
left join days as second_days
    on purchases.customer_id = second_days.customer_id
    and purchases.last_order_date >= second_days.ordered_date
    and second_days.day_number = 2
-- what was paid in full before the last orders began
left join priced_orders as orders_before
    on purchases.customer_id = orders_before.customer_id
    and days.priced_orders_count - settings.recent_orders_count = orders_before.order_number
