-- one row per scheme, segment and as-of date, empty segments included: how many, what share of customers and revenue
with

measured as (
    select
        labels.scheme,
        labels.as_of_date,
        labels.segment,
        count(*) as customers_count,
        sum(coalesce(purchases.net_last_365_days_amount, 0) + coalesce(contracts.subscription_revenue_last_365_days_amount, 0)) as revenue_amount,
        sum(coalesce(purchases.orders_last_365_days_count, 0)) as orders_count,
        sum(purchases.sales_amount) / nullif(sum(purchases.orders_count), 0) as average_order_amount,
        avg(purchases.days_since_last_order) as average_days_since_last_order,
        sum(case when spine.is_current then lifetime_values.predicted_clv_amount end) as predicted_clv_amount,
        avg(case when spine.is_current then {{ exact_summand('lifetime_values.probability_alive') }} end) as average_probability_alive
    from {{ ref('segment_labels') }} as labels
    inner join {{ ref('int_as_of_dates') }} as spine
        on labels.as_of_date = spine.as_of_date
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on labels.customer_id = purchases.customer_id and labels.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as contracts
        on labels.customer_id = contracts.customer_id and labels.as_of_date = contracts.as_of_date
    left join {{ ref('customer_lifetime_values') }} as lifetime_values
        on labels.customer_id = lifetime_values.customer_id
    group by labels.scheme, labels.as_of_date, labels.segment
),

totals as (
    select scheme, as_of_date, sum(customers_count) as customers_count, sum(revenue_amount) as revenue_amount
    from measured
    group by scheme, as_of_date
),

-- of schemes from run to run the labels of the date before are those that the runs of then gave
earlier as (
    select scheme, as_of_date, segment, customers_count from measured
    union all
    select history.scheme, spine.previous_as_of_date, history.segment, count(*) as customers_count from {{ ref('customer_segment_history') }} as history
    inner join {{ ref('int_as_of_dates') }} as spine on spine.is_current and history.valid_from_date <= spine.previous_as_of_date
    where history.valid_to_date is null or history.valid_to_date > spine.previous_as_of_date
    group by history.scheme, spine.previous_as_of_date, history.segment
),

known_dates as (select distinct scheme, as_of_date from earlier)

select
    totals.as_of_date,
    catalogue.scheme,
    catalogue.segment,
    cast(coalesce(measured.customers_count, 0) as {{ dbt.type_bigint() }}) as customers_count,
    coalesce(cast(measured.customers_count as {{ type_double() }}) / totals.customers_count, 0) as customers_ratio,
    cast(coalesce(measured.revenue_amount, 0) as decimal(18, 2)) as revenue_amount,
    coalesce(cast(measured.revenue_amount as {{ type_double() }}) / nullif(totals.revenue_amount, 0), 0) as revenue_ratio,
    cast(coalesce(measured.orders_count, 0) as {{ dbt.type_bigint() }}) as orders_count,
    cast(measured.average_order_amount as decimal(18, 2)) as average_order_amount,
    cast(measured.average_days_since_last_order as {{ type_double() }}) as average_days_since_last_order,
    cast(measured.predicted_clv_amount as decimal(18, 2)) as predicted_clv_amount,
    cast(measured.average_probability_alive as {{ type_double() }}) as average_probability_alive,
    -- a scheme that was not known at the date before has not grown from nothing
    case
        when known_dates.scheme is not null
            then cast(coalesce(measured.customers_count, 0) - coalesce(before.customers_count, 0) as {{ dbt.type_bigint() }})
    end as customers_change_count,
    coalesce(measured.customers_count, 0) >= catalogue.minimum_size_count as has_minimum_size
from totals
inner join {{ ref('segment_catalogue') }} as catalogue
    on totals.scheme = catalogue.scheme
inner join {{ ref('int_as_of_dates') }} as spine
    on totals.as_of_date = spine.as_of_date
left join known_dates
    on totals.scheme = known_dates.scheme and spine.previous_as_of_date = known_dates.as_of_date
left join measured
    on totals.scheme = measured.scheme
    and totals.as_of_date = measured.as_of_date
    and catalogue.segment = measured.segment
left join earlier as before
    on totals.scheme = before.scheme
    and spine.previous_as_of_date = before.as_of_date
    and catalogue.segment = before.segment
