-- one row per scored buyer and as-of date: the RFM measures, their scores by the date's cut points, and the recency cut
-- points around
with

cuts as (
    {{ rfm_wide_cuts() }}
),

scored as (
    select
        measures.customer_id,
        measures.as_of_date,
        parted.rfm_group,
        measures.attribute_group,
        measures.recency_days,
        measures.frequency_count,
        measures.monetary_amount,
        {{ rfm_score('recency_days', 'measures', 'cuts') }} as recency_score,
        {{ rfm_score('frequency_count', 'measures', 'cuts') }} as frequency_score,
        {{ rfm_score('monetary_amount', 'measures', 'cuts') }} as monetary_score,
        -- the recency cut points around the value: where the recency score changes
        greatest({% for q in range(1, 5) %}case when cuts.recency_days_cut_{{ q }} < measures.recency_days then cuts.recency_days_cut_{{ q }} end{{ ', ' if q < 4 }}{% endfor %}) as recency_cut_below,
        least({% for q in range(1, 5) %}case when cuts.recency_days_cut_{{ q }} >= measures.recency_days then cuts.recency_days_cut_{{ q }} end{{ ', ' if q < 4 }}{% endfor %}) as recency_cut_above
    from {{ ref('int_customer_rfm_measures_as_of') }} as measures
    inner join {{ ref('int_rfm_groups_as_of') }} as parted
        on measures.as_of_date = parted.as_of_date
        and measures.attribute_group = parted.attribute_group
    inner join cuts
        on parted.as_of_date = cuts.as_of_date
        and parted.rfm_group = cuts.rfm_group
    where measures.is_recent
)

select
    scored.*,
    {{ rfm_weighted_score('scored', 'settings') }} as weighted_score
from scored
cross join {{ ref('int_rfm_settings') }} as settings
