{%- set margin = number_setting('clv_margin_ratio', 0, 1) -%}
-- one row per customer at the current as-of date: what it has brought, what orders and contracts will bring by the
-- models, and what the seed formula says
with

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers_as_of') }}
    where is_current
),

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

amounts as (
    select
        customers.customer_id,
        customers.as_of_date,
        coalesce(expectations.customer_id, subscriptions.customer_id) is not null as has_purchased,
        cast(coalesce(value_to_date.historic_value_amount, 0) * {{ margin }} as decimal(18, 2)) as historic_value_amount,
        cast(value_to_date.value_per_year_amount * {{ margin }} as decimal(18, 2)) as value_per_year_amount,
        cast(value_to_date.formula_value_amount * {{ margin }} as decimal(18, 2)) as formula_clv_amount,
        {%- for days in [90, 365] %}
        cast(expectations.expected_purchases_next_{{ days }}_days * expectations.expected_spend_amount * {{ margin }} as decimal(18, 2)) as predicted_orders_next_{{ days }}_days_amount,
        {%- endfor %}
        cast(expectations.discounted_purchases * expectations.expected_spend_amount * {{ margin }} as decimal(18, 2)) as predicted_orders_amount,
        cast(contracts.contract_revenue_amount * {{ margin }} as decimal(18, 2)) as predicted_contract_amount,
        cast(contracts.contract_residual_amount * {{ margin }} as decimal(18, 2)) as contract_residual_amount,
        case
            when not (declared.has_orders or declared.has_subscriptions) then 'unknown'
            when expectations.customer_id is not null then expectations.clv_status
            when subscriptions.customer_id is not null then coalesce(contracts.contract_status, 'no_contract')
            else 'no_orders'
        end as clv_status,
        case
            when not declared.has_subscriptions then 'unknown'
            else coalesce(contracts.contract_status, 'no_contract')
        end as contract_status,
        expectations.clv_model as orders_model,
        contracts.contract_model
    from customers
    cross join declared
    left join {{ ref('int_customer_value_as_of') }} as value_to_date
        on customers.customer_id = value_to_date.customer_id
        and customers.as_of_date = value_to_date.as_of_date
    left join {{ ref('int_clv_expectations') }} as expectations
        on customers.customer_id = expectations.customer_id
    left join {{ ref('int_customer_subscriptions_as_of') }} as subscriptions
        on customers.customer_id = subscriptions.customer_id
        and customers.as_of_date = subscriptions.as_of_date
    left join {{ ref('int_customer_contract_expectations') }} as contracts
        on customers.customer_id = contracts.customer_id
)

select
    customer_id,
    as_of_date,
    has_purchased,
    historic_value_amount,
    value_per_year_amount,
    formula_clv_amount,
    predicted_orders_next_90_days_amount,
    predicted_orders_next_365_days_amount,
    predicted_orders_amount,
    predicted_contract_amount,
    contract_residual_amount,
    -- an ended contract without orders brings nothing more; who never bought has no prediction
    case when has_purchased then coalesce(predicted_orders_amount, 0) + coalesce(predicted_contract_amount, 0) end as predicted_clv_amount,
    clv_status,
    contract_status,
    case
        when orders_model is not null and contract_model is not null then concat(orders_model, '+', contract_model)
        else coalesce(orders_model, contract_model, 'none')
    end as clv_model
from amounts
