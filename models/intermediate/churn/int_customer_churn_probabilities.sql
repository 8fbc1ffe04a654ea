-- one row per customer at the current as-of date: probability of no order in the next 90 days by the model of purchases,
-- and of the contract's end in that time by the model of renewals
with

customers as (
    select
        customer_id,
        as_of_date,
        renewals_next_90_days_count
    from {{ ref('int_customer_churn_facts_as_of') }}
    where is_current
)

select
    customers.customer_id,
    customers.as_of_date,
    cast(expectations.probability_alive as {{ type_double() }}) as probability_alive,
    cast(expectations.probability_no_order_next_90_days as {{ type_double() }}) as probability_no_order_next_90_days,
    cast(expectations.expected_days_to_next_order_if_alive as {{ type_double() }}) as expected_days_to_next_order_if_alive,
    -- null without a model of renewals: then the facts of the contract decide
    contracts.probability_next_renewal,
    1 - power(contracts.probability_next_renewal, customers.renewals_next_90_days_count) as probability_contract_end_next_90_days
from customers
left join {{ ref('int_clv_expectations') }} as expectations
    on customers.customer_id = expectations.customer_id
left join {{ ref('int_customer_contract_expectations') }} as contracts
    on customers.customer_id = contracts.customer_id
