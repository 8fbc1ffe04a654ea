-- one row per as-of date, measure and whole percentile (0 to 100), over the customers who have any value: all that the
-- tiers and levels are cut from, however many customers there are
with

historic_values as (
    select
        as_of_date,
        -- whole hundredths
        cast(historic_value_amount * 100 as {{ dbt.type_bigint() }}) as historic_value_amount
    from {{ ref('int_customer_values_as_of') }}
    where historic_value_amount > 0
),

predicted_values as (
    select
        as_of_date,
        cast(predicted_clv_amount as {{ type_double() }}) as predicted_clv_amount
    from {{ ref('customer_lifetime_values') }}
    where predicted_clv_amount > 0
)

{{ value_percentiles('historic_values', ['as_of_date'], 'historic_value_amount', units_per_one=100) }}
union all
{{ value_percentiles('predicted_values', ['as_of_date'], 'predicted_clv_amount') }}
