-- one row per as-of date, scheme, measure and level: the amounts between which a value has that level
with

-- over the customers who have any value; in whole hundredths, since both amounts have two decimals
historic_values as (
    select
        as_of_date,
        cast(historic_value_amount * 100 as {{ dbt.type_bigint() }}) as historic_value_amount
    from {{ ref('int_customer_values_as_of') }}
    where historic_value_amount > 0
),

predicted_values as (
    select
        as_of_date,
        cast(predicted_clv_amount * 100 as {{ dbt.type_bigint() }}) as predicted_clv_amount
    from {{ ref('customer_lifetime_values') }}
    where predicted_clv_amount > 0
),

percentiles as (
    {{ value_percentiles('historic_values', ['as_of_date'], 'historic_value_amount', units_per_one=100) | indent(4) }}
    union all
    {{ value_percentiles('predicted_values', ['as_of_date'], 'predicted_clv_amount', units_per_one=100) | indent(4) }}
),

populations as (
    select
        as_of_date,
        metric,
        max(customers_count) as customers_count,
        max(distinct_values_count) as distinct_values_count
    from percentiles
    group by as_of_date, metric
)

select
    populations.as_of_date,
    levels.scheme,
    levels.measure,
    levels.level,
    cast(levels.lower_percentile as {{ dbt.type_int() }}) as lower_percentile,
    cast(levels.upper_percentile as {{ dbt.type_int() }}) as upper_percentile,
    cast(lower_cuts.value as {{ type_double() }}) as lower_amount,
    cast(upper_cuts.value as {{ type_double() }}) as upper_amount,
    cast(populations.customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(populations.distinct_values_count as {{ dbt.type_bigint() }}) as distinct_values_count
from populations
inner join {{ ref('value_levels') }} as levels
    on populations.metric = levels.measure
left join percentiles as lower_cuts
    on populations.as_of_date = lower_cuts.as_of_date
    and levels.measure = lower_cuts.metric
    and levels.lower_percentile = lower_cuts.percentile
left join percentiles as upper_cuts
    on populations.as_of_date = upper_cuts.as_of_date
    and levels.measure = upper_cuts.metric
    and levels.upper_percentile = upper_cuts.percentile
