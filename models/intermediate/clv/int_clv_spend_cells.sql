-- one row per pair of repeat purchases and mean repeat spend with the number of customers: all that Gamma-Gamma is fitted on.
-- Every distinct pair while customers are few; beyond, spend within 2 % counts as its mean
with

repeaters as (
    select
        repeat_purchase_count,
        repeat_spend_amount,
        mean_repeat_spend_amount
    from {{ ref('int_clv_histories') }}
    where is_current
        and repeat_purchase_count > 0
),

limits as (
    {{ settings('clv', ['exact_customers_count']) }}
),

size as (
    select count(*) <= (select exact_customers_count from limits) as is_exact
    from {{ ref('int_clv_histories') }}
    where is_current
),

keyed as (
    select
        repeaters.repeat_purchase_count,
        repeaters.repeat_spend_amount,
        case
            when size.is_exact then repeaters.mean_repeat_spend_amount
            -- spend that is not positive has no logarithm and no place in Gamma-Gamma: one cell, which the fit ignores
            when repeaters.mean_repeat_spend_amount > 0 then floor(50 * ln(repeaters.mean_repeat_spend_amount))
        end as spend_key
    from repeaters
    cross join size
)

select
    repeat_purchase_count,
    cast(sum(repeat_spend_amount) as {{ type_double() }}) / (repeat_purchase_count * count(*)) as mean_repeat_spend_amount,
    count(*) as customers_count
from keyed
group by repeat_purchase_count, spend_key
