{%- set margin = deployment_setting('clv_margin_ratio') -%}
{#- who got all money back, or never paid any, brings none -#}
{%- set spend = 'case when purchases.net_amount > 0 then expectations.expected_spend_amount * expectations.spend_factor else 0 end' -%}
-- one row per customer at the current as-of date: what it has brought, what orders and contracts will bring by the models,
-- and what the seed formula says
with

declared as (
    {{ declared_flags(['orders', 'subscriptions']) }}
),

amounts as (
    select
        customers.customer_id,
        customers.as_of_date,
        coalesce(expectations.customer_id, had_contracts.customer_id) is not null as has_purchased,
        cast(expectations.repeat_purchase_count as {{ dbt.type_bigint() }}) as repeat_purchase_count,
        expectations.recency_weeks,
        expectations.age_weeks,
        expectations.mean_repeat_spend_amount,
        {%- for measure in ['probability_alive', 'expected_purchases_next_90_days', 'expected_purchases_next_365_days', 'expected_spend_amount'] %}
        cast(expectations.{{ measure }} as {{ type_double() }}) as {{ measure }},
        {%- endfor %}
        value_to_date.historic_value_amount,
        value_to_date.value_per_year_amount,
        value_to_date.formula_clv_amount,
        {%- for days in [90, 365] %}
        cast(expectations.expected_purchases_next_{{ days }}_days * {{ spend }} * {{ margin }} as decimal(18, 2)) as predicted_orders_next_{{ days }}_days_amount,
        {%- endfor %}
        cast(expectations.discounted_purchases * {{ spend }} * {{ margin }} as decimal(18, 2)) as predicted_orders_amount,
        cast(contracts.contract_revenue_amount * {{ margin }} as decimal(18, 2)) as predicted_contract_amount,
        cast(contracts.contract_residual_amount * {{ margin }} as decimal(18, 2)) as contract_residual_amount,
        case
            when not (declared.has_orders or declared.has_subscriptions) then 'unknown'
            when expectations.customer_id is not null then expectations.clv_status
            when had_contracts.customer_id is not null then coalesce(contracts.contract_status, 'no_contract')
            when customers.has_rejected_purchases then 'unknown'
            else 'no_orders'
        end as clv_status,
        case
            when expectations.clv_model is not null and contracts.contract_model is not null
                then concat(expectations.clv_model, '+', contracts.contract_model)
            else coalesce(expectations.clv_model, contracts.contract_model, 'none')
        end as clv_model,
        case when declared.has_subscriptions then coalesce(contracts.contract_status, 'no_contract') else 'unknown' end as contract_status,
        cast(contracts.renewals_count as {{ dbt.type_bigint() }}) as contract_renewals_count,
        contracts.next_renewal_date,
        cast(contracts.probability_next_renewal as {{ type_double() }}) as probability_next_renewal,
        cast(contracts.contract_growth_ratio as {{ type_double() }}) as contract_growth_ratio
    from {{ ref('int_customers_as_of') }} as customers
    cross join declared
    inner join {{ ref('int_customer_values_as_of') }} as value_to_date
        on customers.customer_id = value_to_date.customer_id
        and customers.as_of_date = value_to_date.as_of_date
    left join {{ ref('int_clv_expectations') }} as expectations
        on customers.customer_id = expectations.customer_id
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id and customers.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as had_contracts
        on customers.customer_id = had_contracts.customer_id and customers.as_of_date = had_contracts.as_of_date
    left join {{ ref('int_customer_contract_expectations') }} as contracts
        on customers.customer_id = contracts.customer_id
    where customers.is_current
),

predicted as (
    select
        amounts.*,
        -- an ended contract without orders brings nothing more; no prediction of who never bought, nor of orders nobody can foretell
        case
            when has_purchased and (repeat_purchase_count is null or predicted_orders_amount is not null)
                then cast(coalesce(predicted_orders_amount, 0) + coalesce(predicted_contract_amount, 0) as decimal(18, 2))
        end as predicted_clv_amount
    from amounts
)

select
    predicted.*,
    cast(historic_value_amount + coalesce(predicted_clv_amount, 0) as decimal(18, 2)) as total_clv_amount
from predicted
