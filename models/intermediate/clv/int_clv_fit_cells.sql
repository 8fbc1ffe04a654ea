{%- set exact_customers = number_setting('clv_exact_customers_count', 0, 1000000000) -%}
-- purchase histories with the number of customers who have them: all that the models without a contract are fitted on.
-- Every distinct history while customers are few; beyond, histories of equal repeats within 2 % of each other count as
-- their mean, so that rows grow ever slower than customers
with

size as (
    select coalesce(sum(customers_count), 0) <= {{ exact_customers }} as is_exact
    from {{ ref('int_clv_history_cells') }}
),

keyed as (
    select
        cells.model_group,
        cells.repeat_purchase_count,
        cells.recency_days,
        cells.age_days,
        cells.customers_count,
        {%- for measure in ['recency', 'age'] %}
        case
            when size.is_exact then cast(cells.{{ measure }}_days as {{ type_double() }})
            else floor(50 * ln(1 + cells.{{ measure }}_weeks))
        end as {{ measure }}_key{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_clv_history_cells') }} as cells
    cross join size
)

select
    model_group,
    repeat_purchase_count,
    sum(recency_days * customers_count) / cast(sum(customers_count) as {{ type_double() }}) / 7 as recency_weeks,
    sum(age_days * customers_count) / cast(sum(customers_count) as {{ type_double() }}) / 7 as age_weeks,
    cast(sum(customers_count) as bigint) as customers_count
from keyed
group by model_group, repeat_purchase_count, recency_key, age_key
