{%- set margin = number_setting('clv_margin_ratio', 0, 1) -%}
-- one row per customer: what it has brought, what it will bring by the model, and by the seed formula
with

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers_as_of') }}
    where is_current
),

value_to_date as (
    select
        customer_id,
        as_of_date,
        historic_value_amount * {{ margin }} as historic_value_amount,
        formula_value_amount * {{ margin }} as formula_value_amount
    from {{ ref('int_customer_value_as_of') }}
),

declared as (
    {{ declared_flags(['orders']) }}
)

select
    customers.customer_id,
    customers.as_of_date,
    cast(expectations.repeat_purchase_count as {{ dbt.type_bigint() }}) as repeat_purchase_count,
    expectations.recency_weeks,
    expectations.age_weeks,
    expectations.mean_repeat_spend_amount,
    expectations.probability_alive,
    cast(expectations.expected_purchases_next_90_days as {{ type_double() }}) as expected_purchases_next_90_days,
    cast(expectations.expected_purchases_next_365_days as {{ type_double() }}) as expected_purchases_next_365_days,
    cast(expectations.expected_spend_amount as {{ type_double() }}) as expected_spend_amount,
    cast(coalesce(value_to_date.historic_value_amount, 0) as decimal(18, 2)) as historic_value_amount,
    cast(expectations.discounted_purchases * expectations.expected_spend_amount * {{ margin }} as decimal(18, 2)) as predicted_clv_amount,
    cast(value_to_date.formula_value_amount as decimal(18, 2)) as formula_clv_amount,
    case
        when not declared.has_orders then 'unknown'
        when expectations.customer_id is null then 'no_orders'
        else expectations.bg_nbd_status
    end as clv_status,
    case
        when expectations.customer_id is null then 'none'
        when expectations.is_bg_nbd_usable then 'bg_nbd'
        else 'same_as_last_period'
    end as clv_model
from customers
cross join declared
left join value_to_date
    on customers.customer_id = value_to_date.customer_id
    and customers.as_of_date = value_to_date.as_of_date
left join {{ ref('int_clv_expectations') }} as expectations
    on customers.customer_id = expectations.customer_id
