-- one row per customer: what it has brought, what it will bring by the models, and by the seed formula
select
    lifetime_values.customer_id,
    lifetime_values.as_of_date,
    cast(expectations.repeat_purchase_count as {{ dbt.type_bigint() }}) as repeat_purchase_count,
    expectations.recency_weeks,
    expectations.age_weeks,
    expectations.mean_repeat_spend_amount,
    cast(expectations.probability_alive as {{ type_double() }}) as probability_alive,
    cast(expectations.expected_purchases_next_90_days as {{ type_double() }}) as expected_purchases_next_90_days,
    cast(expectations.expected_purchases_next_365_days as {{ type_double() }}) as expected_purchases_next_365_days,
    cast(expectations.expected_spend_amount as {{ type_double() }}) as expected_spend_amount,
    lifetime_values.historic_value_amount,
    lifetime_values.predicted_orders_next_90_days_amount,
    lifetime_values.predicted_orders_next_365_days_amount,
    lifetime_values.predicted_orders_amount,
    lifetime_values.predicted_contract_amount,
    cast(lifetime_values.predicted_clv_amount as decimal(18, 2)) as predicted_clv_amount,
    cast(lifetime_values.historic_value_amount + coalesce(lifetime_values.predicted_clv_amount, 0) as decimal(18, 2)) as total_clv_amount,
    lifetime_values.formula_clv_amount,
    lifetime_values.clv_status,
    lifetime_values.clv_model,
    lifetime_values.contract_status,
    cast(contracts.renewals_count as {{ dbt.type_bigint() }}) as contract_renewals_count,
    contracts.next_renewal_date,
    cast(contracts.probability_next_renewal as {{ type_double() }}) as probability_next_renewal,
    cast(contracts.contract_growth_ratio as {{ type_double() }}) as contract_growth_ratio,
    lifetime_values.contract_residual_amount
from {{ ref('int_customer_lifetime_values') }} as lifetime_values
left join {{ ref('int_clv_expectations') }} as expectations
    on lifetime_values.customer_id = expectations.customer_id
left join {{ ref('int_customer_contract_expectations') }} as contracts
    on lifetime_values.customer_id = contracts.customer_id
