{# The CTE `sizes`: one row per customer with an order worth something: the last one, the median of the earlier ones, and the median over all
   customers of the median of each. Reads limits and spine. #}
{% macro order_sizes() -%}
numbered as (
    select
        orders.customer_id,
        {{ double_literal('orders.net_amount') }} as amount,
        row_number() over (partition by orders.customer_id order by orders.ordered_at desc, orders.order_id desc) as position
    from {{ ref('int_orders_valued') }} as orders
    inner join spine
        on orders.ordered_date <= spine.as_of_date
    where orders.net_amount > 0
),

own_sizes as (
    select
        customer_id,
        max(case when position = 1 then amount end) as last_order_amount,
        percentile_cont(0.5) within group (order by amount) as all_median_amount,
        count(*) - 1 as earlier_orders_count
    from numbered
    group by customer_id
),

earlier_sizes as (
    select customer_id, percentile_cont(0.5) within group (order by amount) as own_median_amount
    from numbered
    where position > 1
    group by customer_id
),

sizes as (
    select
        own_sizes.customer_id,
        own_sizes.last_order_amount,
        earlier_sizes.own_median_amount,
        populations.population_median_amount,
        own_sizes.earlier_orders_count,
        own_sizes.earlier_orders_count >= limits.own_orders_count as is_own_compared,
        populations.customers_count >= limits.compared_customers_count as is_population_compared
    from own_sizes
    cross join limits
    cross join (
        select percentile_cont(0.5) within group (order by all_median_amount) as population_median_amount, count(*) as customers_count from own_sizes
    ) as populations
    left join earlier_sizes
        on own_sizes.customer_id = earlier_sizes.customer_id
)
{%- endmacro %}
