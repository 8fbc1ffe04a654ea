-- one row per as-of date: what each customer is compared with. In medians and percentiles every customer has one voice, however often it buys
with

gates as (
    {{ settings('gate', ['minimum_repeat_buyers_count']) }}
),

-- a company that states neither a discount nor a coupon anywhere has not said that there were none
discounts as (
    select min(case when discount_amount is not null or coupon_code is not null then ordered_date end) as first_stated_date
    from {{ ref('int_orders_accepted') }}
    where counts_as_sale
),

-- whole hundredths, since the average has two decimals
averages as (
    select
        as_of_date,
        cast(average_order_amount * 100 as {{ dbt.type_bigint() }}) as average_order_amount
    from {{ ref('int_customer_buying_habits_as_of') }}
    where average_order_amount > 0
),

percentiles as (
    {{ value_percentiles('averages', ['as_of_date'], 'average_order_amount', units_per_one=100) | indent(4) }}
),

cuts as (
    select
        percentiles.as_of_date,
        max(case when levels.level = 'small' then percentiles.value end) as small_basket_amount,
        max(case when levels.level = 'medium' then percentiles.value end) as medium_basket_amount
    from percentiles
    inner join {{ ref('value_levels') }} as levels
        on percentiles.metric = levels.measure
        and percentiles.percentile = levels.upper_percentile
        and levels.scheme = 'basket_size'
    group by percentiles.as_of_date
),

-- over those who came back
medians as (
    select
        as_of_date,
        percentile_cont(0.5) within group (order by own_median_gap_days) as population_median_gap_days,
        percentile_cont(0.5) within group (order by days_to_second_purchase) as median_days_to_second_purchase
    from {{ ref('int_customer_buying_habits_as_of') }}
    where own_gaps_count > 0
    group by as_of_date
)

select
    populations.as_of_date,
    populations.is_current,
    cast(populations.buyers_count as {{ dbt.type_bigint() }}) as buyers_count,
    cast(populations.repeat_buyers_count as {{ dbt.type_bigint() }}) as repeat_buyers_count,
    populations.can_be_ranked,
    populations.can_be_ranked and populations.repeat_buyers_count >= gates.minimum_repeat_buyers_count as can_compare_gaps,
    coalesce(discounts.first_stated_date <= populations.as_of_date, false) as are_discounts_stated,
    cast(medians.population_median_gap_days as {{ type_double() }}) as population_median_gap_days,
    cast(medians.median_days_to_second_purchase as {{ type_double() }}) as median_days_to_second_purchase,
    cast(cuts.small_basket_amount as {{ type_double() }}) as small_basket_amount,
    cast(cuts.medium_basket_amount as {{ type_double() }}) as medium_basket_amount
from {{ ref('int_score_sufficiency') }} as populations
cross join gates
cross join discounts
left join medians
    on populations.as_of_date = medians.as_of_date
left join cuts
    on populations.as_of_date = cuts.as_of_date
