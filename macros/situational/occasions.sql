{# The CTE `own_occasions`: one row per customer with an order in the window of occasions: orders, those that are said to be gifts, and the
   season (seed seasons) with most of the orders (of equals the first by the alphabet). Reads limits and spine. #}
{% macro occasions() -%}
occasion_orders as (
    select
        orders.customer_id,
        seasons.season,
        count(*) as orders_count,
        sum(case when orders.is_gift then 1 else 0 end) as gift_orders_count,
        row_number() over (
            partition by orders.customer_id order by case when seasons.season is null then 1 else 0 end, count(*) desc, seasons.season
        ) as position
    from {{ ref('int_orders_accepted') }} as orders
    inner join spine
        on orders.ordered_date <= spine.as_of_date
    cross join limits
    left join {{ ref('seasons') }} as seasons
        on extract(month from orders.ordered_date) * 100 + extract(day from orders.ordered_date) >= seasons.from_month_day
        and extract(month from orders.ordered_date) * 100 + extract(day from orders.ordered_date) <= seasons.until_month_day
    where orders.counts_as_sale
        and {{ days_between('orders.ordered_date', 'spine.as_of_date') }} < limits.occasion_days
    group by orders.customer_id, seasons.season
),

own_occasions as (
    select
        customer_id,
        sum(orders_count) as occasion_orders_count,
        sum(gift_orders_count) as gift_orders_count,
        max(case when position = 1 then season end) as main_season,
        sum(case when position = 1 and season is not null then orders_count else 0 end) as main_season_orders_count
    from occasion_orders
    group by customer_id
)
{%- endmacro %}
