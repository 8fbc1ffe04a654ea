{%- set drivers = ['frequency', 'basket_size', 'price_level', 'breadth', 'contract_size', 'expansion', 'tenure'] -%}
-- one row per customer: the measure in which the customer stands highest among all customers with value
with

customers as (
    select
        lifetime_values.customer_id,
        lifetime_values.as_of_date,
        lifetime_values.has_purchased,
        lifetime_values.historic_value_amount,
        declared.has_orders or declared.has_subscriptions as has_input
    from {{ ref('customer_lifetime_values') }} as lifetime_values
    cross join (
        {{ declared_flags(['orders', 'subscriptions']) }}
    ) as declared
),

ranked as (
    select
        positions.customer_id,
        positions.position_ratio,
        rules.rule_id,
        rules.segment,
        rules.lower_bound,
        -- between equal positions the catalogue's order decides
        row_number() over (partition by positions.customer_id order by positions.position_ratio desc, catalogue.rank) as place
    from {{ ref('int_customer_value_driver_positions') }} as positions
    inner join {{ ref('old_segment_rules') }} as rules
        on rules.scheme = 'value_driver'
        and positions.measure = rules.also_measure
        and (rules.also_lower_bound is null or positions.measure_value > rules.also_lower_bound)
    inner join {{ ref('segment_catalogue') }} as catalogue
        on rules.scheme = catalogue.scheme
        and rules.segment = catalogue.segment
),

best as (
    select
        customer_id,
        max(case when place = 1 then position_ratio end) as best_position_ratio,
        max(case when place = 2 then position_ratio end) as second_position_ratio,
        max(case when place = 1 then lower_bound end) as lowest_position_ratio,
        max(case when place = 1 and position_ratio >= lower_bound then rule_id end) as rule_id
        {%- for driver in drivers %},
        max(case when segment = '{{ driver }}' then position_ratio end) as {{ driver }}_position_ratio
        {%- endfor %}
    from ranked
    group by customer_id
),

decided as (
    select
        customers.customer_id,
        customers.as_of_date,
        customers.historic_value_amount,
        best.best_position_ratio,
        -- the label holds down to here: the next best measure, or the lowest position that makes a driver
        greatest(best.second_position_ratio, best.lowest_position_ratio) as position_needed_ratio
        {%- for driver in drivers %},
        best.{{ driver }}_position_ratio
        {%- endfor %},
        case
            when not customers.has_input then 'value_driver_unknown'
            when not customers.has_purchased then 'value_driver_not_applicable'
            when customers.historic_value_amount <= 0 then 'value_driver_no_value'
            else coalesce(best.rule_id, 'value_driver_no_clear_driver')
        end as value_driver_rule_id
    from customers
    left join best
        on customers.customer_id = best.customer_id
)

select
    rules.segment as value_driver_segment,
    decided.*
from decided
inner join {{ ref('old_segment_rules') }} as rules
    on decided.value_driver_rule_id = rules.rule_id
