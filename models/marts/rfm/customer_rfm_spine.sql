-- one row per customer and as-of date: measures, scores and group; the published mart is its current part
with

declared as (
    {{ declared_flags(['orders']) }}
),

settings as (
    select
        window_days,
        frequency_definition,
        cut_points_source
    from {{ ref('int_rfm_settings') }}
),

labelled as (
    select
        customers.customer_id,
        customers.as_of_date,
        customers.is_current,
        measures.recency_days,
        measures.frequency_count,
        measures.monetary_amount,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        scored.weighted_score,
        scored.rfm_group,
        scored.recency_cut_below,
        scored.recency_cut_above,
        grid.rfm_rank,
        case
            when not declared.has_orders then 'unknown'
            when measures.customer_id is null then 'no_orders'
            when not measures.is_recent then 'no_recent_orders'
            else grid.rfm_segment
        end as rfm_segment
    from {{ ref('int_customers_as_of') }} as customers
    cross join declared
    left join {{ ref('int_customer_rfm_measures_as_of') }} as measures
        on customers.customer_id = measures.customer_id
        and customers.as_of_date = measures.as_of_date
    left join {{ ref('int_customer_rfm_scores_as_of') }} as scored
        on customers.customer_id = scored.customer_id
        and customers.as_of_date = scored.as_of_date
    left join {{ ref('rfm_grid') }} as grid
        on scored.recency_score = grid.recency_score
        and scored.frequency_score = grid.frequency_score
        and scored.monetary_score = grid.monetary_score
)

select
    labelled.customer_id,
    labelled.as_of_date,
    labelled.is_current,
    labelled.recency_days,
    labelled.frequency_count,
    labelled.monetary_amount,
    labelled.recency_score,
    labelled.frequency_score,
    labelled.monetary_score,
    labelled.weighted_score,
    labelled.rfm_rank,
    labelled.rfm_group,
    settings.window_days,
    settings.frequency_definition,
    settings.cut_points_source,
    -- the window ends a customer's scores as a cut point ends one of them
    coalesce(labelled.recency_cut_below, case when labelled.rfm_segment = 'no_recent_orders' then settings.window_days end) as recency_cut_below,
    coalesce(labelled.recency_cut_above, case when labelled.recency_score is not null then nullif(settings.window_days, 0) end) as recency_cut_above,
    labelled.rfm_segment,
    concat('rfm_', labelled.rfm_segment) as rfm_rule_id
from labelled
cross join settings
