-- one row per customer and as-of date with an order or a contract up to then: revenue to date, and the seed formula
-- CLV = average customer lifetime x customer value, both measured in years
with

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('int_customers_as_of') }}
),

revenues as (
    select
        customers.customer_id,
        customers.as_of_date,
        coalesce(purchases.net_amount, 0) + coalesce(contracts.subscription_revenue_amount, 0) as historic_value_amount,
        least(purchases.first_order_date, contracts.first_subscription_date) as first_purchase_date,
        greatest(
            purchases.last_order_date,
            case
                when contracts.has_contract then customers.as_of_date
                else contracts.last_contract_end_date
            end
        ) as last_purchase_date
    from customers
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on customers.customer_id = purchases.customer_id
        and customers.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as contracts
        on customers.customer_id = contracts.customer_id
        and customers.as_of_date = contracts.as_of_date
    where coalesce(purchases.customer_id, contracts.customer_id) is not null
),

years as (
    select
        customer_id,
        as_of_date,
        historic_value_amount,
        {{ days_between('first_purchase_date', 'last_purchase_date') }} as lifetime_days,
        -- a customer of three weeks has not shown a year's value yet: the value per year is over one year at least
        greatest({{ days_between('first_purchase_date', 'as_of_date') }} / {{ double_literal(365.25) }}, 1) as age_years
    from revenues
),

population as (
    select
        as_of_date,
        avg(lifetime_days) / {{ double_literal(365.25) }} as average_lifetime_years
    from years
    group by as_of_date
)

select
    years.customer_id,
    years.as_of_date,
    years.historic_value_amount,
    years.historic_value_amount / years.age_years as value_per_year_amount,
    years.historic_value_amount / years.age_years * population.average_lifetime_years as formula_value_amount
from years
inner join population
    on years.as_of_date = population.as_of_date
