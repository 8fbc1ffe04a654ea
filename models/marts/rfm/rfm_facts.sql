-- one row per customer and as-of date: the RFM situation of the customer, beside its measures and their scores by the cut
-- points of the date
with

declared as (
    {{ declared_flags(['orders']) }}
),

settings as (
    {{ rfm_settings() }}
),

cuts as (
    {{ rfm_wide_cuts() }}
),

scored as (
    select
        measures.customer_id,
        measures.as_of_date,
        cuts.rfm_group,
        {{ rfm_score('recency_days', 'measures', 'cuts') }} as recency_score,
        {{ rfm_score('frequency_count', 'measures', 'cuts') }} as frequency_score,
        {{ rfm_score('monetary_amount', 'measures', 'cuts') }} as monetary_score,
        -- where the recency score changes: up to the first it is 5, beyond the fourth 1
        {% for quantile in range(1, 5) %}cuts.recency_days_cut_{{ quantile }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ ref('int_customer_rfm_measures_as_of') }} as measures
    left join cuts as own_cuts
        on measures.as_of_date = own_cuts.as_of_date
        and measures.attribute_group = own_cuts.rfm_group
    -- a group without cut points of its own is scored by those of everybody
    inner join cuts
        on measures.as_of_date = cuts.as_of_date
        and cuts.rfm_group = coalesce(own_cuts.rfm_group, 'all')
    inner join {{ ref('int_score_sufficiency') }} as sufficiency
        on measures.as_of_date = sufficiency.as_of_date
    cross join settings
    where measures.is_recent
        -- own cut points rank nobody among the others
        and (sufficiency.can_be_ranked or settings.cut_points_source = 'own')
)

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
    {{ rfm_weighted_score('scored', 'settings') }} as weighted_score,
    -- all 125 combinations in one order: recency first, then frequency, then money
    (scored.recency_score - 1) * 25 + (scored.frequency_score - 1) * 5 + scored.monetary_score as rfm_rank,
    scored.rfm_group,
    {% for quantile in range(1, 5) %}scored.recency_days_cut_{{ quantile }}, {% endfor %}
    -- the window ends a customer's scores as a cut point ends one of them
    case when measures.customer_id is not null then nullif(settings.window_days, 0) end as recency_window_days,
    case
        when not declared.has_orders then 'unknown'
        when measures.customer_id is null and customers.has_rejected_orders then 'rejected'
        when measures.customer_id is null then 'no_orders'
        when not measures.is_recent then 'no_recent_orders'
        when scored.customer_id is null then 'too_little_history'
        when measures.frequency_count < settings.frequent_orders_count then 'scored_seldom'
        else 'scored'
    end as rfm_situation
from {{ ref('int_customers_as_of') }} as customers
cross join declared
cross join settings
left join {{ ref('int_customer_rfm_measures_as_of') }} as measures
    on customers.customer_id = measures.customer_id
    and customers.as_of_date = measures.as_of_date
left join scored
    on customers.customer_id = scored.customer_id
    and customers.as_of_date = scored.as_of_date
