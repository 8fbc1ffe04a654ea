-- one row per purchase history with the number of customers who have it: all that the models without a contract are fitted on.
-- Every distinct history while customers are few. Beyond, near histories of equal repeats count as their mean (13 % apart
-- for one-time buyers, 3 % at 15 repeats: the more repeats, the more a gap says), so that rows grow ever slower than customers
with

histories as (
    select *
    from {{ ref('int_clv_histories') }}
    where is_current
),

limits as (
    {{ settings('clv', ['exact_customers_count']) }}
),

size as (
    select count(*) <= (select exact_customers_count from limits) as is_exact
    from histories
),

keyed as (
    select
        histories.model_group,
        histories.repeat_purchase_count,
        histories.first_to_last_days,
        histories.age_days,
        {%- for measure in ['first_to_last', 'age'] %}
        case
            when size.is_exact then histories.{{ measure }}_days
            else floor(8 * sqrt(1 + histories.repeat_purchase_count) * ln(1 + histories.{{ measure }}_days / {{ double_literal(7) }}))
        end as {{ measure }}_key{{ ',' if not loop.last }}
        {%- endfor %}
    from histories
    cross join size
)

select
    model_group,
    repeat_purchase_count,
    avg(first_to_last_days) / 7 as recency_weeks,
    avg(age_days) / 7 as age_weeks,
    count(*) as customers_count
from keyed
group by model_group, repeat_purchase_count, first_to_last_key, age_key
