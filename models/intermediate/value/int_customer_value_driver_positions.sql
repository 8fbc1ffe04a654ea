{%- set measures = [
    'orders_per_year', 'average_order_amount', 'average_unit_price_amount', 'categories_count', 'tenure_days',
    'revenue_growth_pct', 'mrr_amount',
] -%}
-- one row per customer with value and measure that concerns it: the value, and the share of customers whose value is lower
with

driver_values as (
    {%- for measure in measures %}
    select
        customer_id,
        as_of_date,
        '{{ measure }}' as measure,
        cast({{ measure }} as {{ type_double() }}) as measure_value
    from {{ ref('int_customer_value_drivers') }}
    where {{ measure }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

distinct_values as (
    select
        measure,
        measure_value,
        count(*) as customers_count
    from driver_values
    group by measure, measure_value
),

-- a position belongs to a value, so customers with equal values share it
positions as (
    select
        measure,
        measure_value,
        sum(customers_count) over (
            partition by measure
            order by measure_value
            rows between unbounded preceding and current row
        ) - customers_count as customers_below_count,
        sum(customers_count) over (partition by measure) as all_customers_count
    from distinct_values
)

select
    driver_values.customer_id,
    driver_values.as_of_date,
    driver_values.measure,
    driver_values.measure_value,
    cast(positions.customers_below_count as {{ type_double() }}) / positions.all_customers_count as position_ratio
from driver_values
inner join positions
    on driver_values.measure = positions.measure
    and driver_values.measure_value = positions.measure_value
