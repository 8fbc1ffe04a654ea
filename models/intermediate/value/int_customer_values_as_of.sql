{%- set margin = deployment_setting('clv_margin_ratio') -%}
-- one row per customer and as-of date: value to date and of the last 365 days, orders less refunds plus contracts, 0 for who never bought; the
-- value per year; the seed formula CLV = average customer lifetime x customer value, both in years
with

revenues as (
    select
        relationships.customer_id,
        relationships.as_of_date,
        relationships.is_current,
        relationships.has_only_rejected_purchases,
        relationships.days_since_first_purchase,
        relationships.relationship_days,
        coalesce(purchases.net_amount, 0) + coalesce(subscriptions.subscription_revenue_amount, 0) as revenue_amount,
        -- two decimals, so that equal values are equal
        cast((coalesce(purchases.net_last_365_days_amount, 0) + coalesce(subscriptions.subscription_revenue_last_365_days_amount, 0)) * {{ margin }} as decimal(18, 2))
            as value_last_365_days_amount
    from {{ ref('int_customer_relationships_as_of') }} as relationships
    left join {{ ref('int_customer_purchases_as_of') }} as purchases
        on relationships.customer_id = purchases.customer_id
        and relationships.as_of_date = purchases.as_of_date
    left join {{ ref('int_customer_contracts_as_of') }} as subscriptions
        on relationships.customer_id = subscriptions.customer_id
        and relationships.as_of_date = subscriptions.as_of_date
),

population as (
    select
        as_of_date,
        avg(relationship_days) / {{ double_literal(365.25) }} as average_lifetime_years,
        {{ can_be_ranked('count(*)', 'max(days_since_first_purchase)') }} as can_be_ranked
    from revenues
    where days_since_first_purchase is not null
    group by as_of_date
),

-- the share of all value of the last 365 days that customers with more of it make. Of distinct values: equal customers cannot be parted
shares as (
    select
        as_of_date,
        value_last_365_days_amount,
        cast(coalesce(sum(sum(value_last_365_days_amount)) over (
            partition by as_of_date
            order by value_last_365_days_amount desc
            rows between unbounded preceding and 1 preceding
        ), 0) as {{ type_double() }}) / cast(sum(sum(value_last_365_days_amount)) over (partition by as_of_date) as {{ type_double() }}) as revenue_above_ratio
    from revenues
    where value_last_365_days_amount > 0
    group by as_of_date, value_last_365_days_amount
),

yearly as (
    select
        revenues.*,
        population.average_lifetime_years,
        coalesce(population.can_be_ranked, false) as can_be_ranked,
        shares.revenue_above_ratio,
        -- who came three weeks ago has not shown a year's value yet: over one year at least
        revenue_amount / greatest(days_since_first_purchase / {{ double_literal(365.25) }}, 1) as revenue_per_year_amount
    from revenues
    left join population
        on revenues.as_of_date = population.as_of_date
    left join shares
        on revenues.as_of_date = shares.as_of_date
        and revenues.value_last_365_days_amount = shares.value_last_365_days_amount
)

select
    customer_id,
    as_of_date,
    is_current,
    has_only_rejected_purchases,
    cast(revenue_amount * {{ margin }} as decimal(18, 2)) as historic_value_amount,
    value_last_365_days_amount,
    revenue_above_ratio,
    can_be_ranked,
    case when days_since_first_purchase is not null then cast(revenue_per_year_amount * {{ margin }} as decimal(18, 2)) end as value_per_year_amount,
    case when days_since_first_purchase is not null then cast(revenue_per_year_amount * average_lifetime_years * {{ margin }} as decimal(18, 2)) end as formula_clv_amount
from yearly
