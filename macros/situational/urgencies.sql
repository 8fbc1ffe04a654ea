{# CTEs: `open_deals`, one row per customer with an open deal: the most urgent level that is stated (1 high, 2 normal, 3 low) and the days to
   the nearest day on which something is needed, today or later; `deliveries`, one row per customer with orders that name a requested delivery
   not before the order: their number and the median days between, in the window of urgency. Reads deals, limits and spine. #}
{% macro urgencies() -%}
open_deals as (
    select
        deals.customer_id,
        min(case levels.urgency_level when 'high' then 1 when 'normal' then 2 when 'low' then 3 end) as urgency_rank,
        min(case when deals.needed_by_date >= spine.as_of_date then {{ days_between('spine.as_of_date', 'deals.needed_by_date') }} end) as days_to_needed_by
    from deals
    cross join spine
    left join {{ ref('urgency_levels') }} as levels
        on deals.urgency = levels.spelling
    where deals.is_open
        and deals.rejection_rule_id is null
    group by deals.customer_id
),

deliveries as (
    select
        orders.customer_id,
        count(*) as requested_orders_count,
        percentile_cont(0.5) within group (order by {{ days_between('orders.ordered_date', 'orders.requested_delivery_date') }}) as median_lead_days
    from {{ ref('int_orders_accepted') }} as orders
    inner join spine
        on orders.ordered_date <= spine.as_of_date
    cross join limits
    where orders.counts_as_sale
        and orders.requested_delivery_date >= orders.ordered_date
        and {{ days_between('orders.ordered_date', 'spine.as_of_date') }} < limits.urgency_days
    group by orders.customer_id
)
{%- endmacro %}
