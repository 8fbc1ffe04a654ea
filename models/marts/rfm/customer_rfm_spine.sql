-- one row per customer and as-of date: measures, scores and group; the published mart is its current part
with

customers as (
    select
        customer_id,
        as_of_date,
        is_current
    from {{ ref('int_customers_as_of') }}
),

declared as (
    {{ declared_flags(['orders']) }}
)

select
    customers.customer_id,
    customers.as_of_date,
    customers.is_current,
    scored.recency_days,
    scored.frequency_count,
    scored.monetary_amount,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    grid.rfm_rank,
    scored.recency_cut_below,
    scored.recency_cut_above,
    case
        when not declared.has_orders then 'unknown'
        when scored.customer_id is null then 'no_orders'
        else grid.rfm_segment
    end as rfm_segment,
    concat('rfm_', case
        when not declared.has_orders then 'unknown'
        when scored.customer_id is null then 'no_orders'
        else grid.rfm_segment
    end) as rfm_rule_id
from customers
cross join declared
left join {{ ref('int_customer_rfm_scores_as_of') }} as scored
    on customers.customer_id = scored.customer_id
    and customers.as_of_date = scored.as_of_date
left join {{ ref('rfm_grid') }} as grid
    on scored.recency_score = grid.recency_score
    and scored.frequency_score = grid.frequency_score
    and scored.monetary_score = grid.monetary_score
