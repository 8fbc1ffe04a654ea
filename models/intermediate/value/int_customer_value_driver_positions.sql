{%- set drivers = {
    'frequency': 'orders_per_year', 'basket_size': 'average_order_amount', 'price_level': 'average_unit_price_amount',
    'breadth': 'categories_count', 'contract_size': 'mrr_amount', 'expansion': 'revenue_growth_pct', 'tenure': 'tenure_days',
} -%}
-- one row per customer with value: the driver in whose measure the customer stands highest, with the share of customers whose value is
-- lower there and in the next best measure. Who did not grow is not driven by growth
with

driver_values as (
    {%- for driver, measure in drivers.items() %}
    select
        customer_id,
        as_of_date,
        '{{ driver }}' as driver,
        cast({{ measure }} as {{ type_double() }}) as measure_value
    from {{ ref('int_customer_value_drivers') }}
    where {{ measure }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

distinct_values as (
    select
        driver,
        measure_value,
        count(*) as customers_count
    from driver_values
    group by driver, measure_value
),

-- a position belongs to a value, so customers with equal values share it
positions as (
    select
        driver,
        measure_value,
        cast(sum(customers_count) over (
            partition by driver
            order by measure_value
            rows between unbounded preceding and current row
        ) - customers_count as {{ type_double() }}) / sum(customers_count) over (partition by driver) as position_ratio
    from distinct_values
),

ranked as (
    select
        driver_values.customer_id,
        driver_values.as_of_date,
        driver_values.driver,
        positions.position_ratio,
        -- between equal positions the catalogue's order decides
        row_number() over (partition by driver_values.customer_id order by positions.position_ratio desc, catalogue.rank, driver_values.driver) as place
    from driver_values
    inner join positions
        on driver_values.driver = positions.driver
        and driver_values.measure_value = positions.measure_value
    left join {{ ref('segment_catalogue') }} as catalogue
        on catalogue.scheme = 'value_driver'
        and driver_values.driver = catalogue.segment
    where driver_values.driver <> 'expansion' or driver_values.measure_value > 0
)

select
    customer_id,
    as_of_date,
    max(case when place = 1 then driver end) as best_driver,
    max(case when place = 1 then position_ratio end) as best_position_ratio,
    max(case when place = 2 then position_ratio end) as second_position_ratio
from ranked
group by customer_id, as_of_date
