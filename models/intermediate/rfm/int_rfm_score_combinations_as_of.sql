-- one row per as-of date and combination of scores, by the date's own cut points and by the fixed ones of the base date:
-- how many buyers. At most 125 x 125 rows per date, however many customers there are
with

base_cuts as (
    select wide_cuts.*
    from (
        {{ rfm_wide_cuts() }}
    ) as wide_cuts
    inner join {{ ref('int_rfm_base_date') }} as base
        on wide_cuts.as_of_date = base.base_date
),

-- a group that had no cut points of its own on the base date is held against those of everybody
fixed_groups as (
    select
        parted.as_of_date,
        parted.attribute_group,
        coalesce(own_base.rfm_group, 'all') as fixed_group
    from {{ ref('int_rfm_groups_as_of') }} as parted
    left join base_cuts as own_base
        on parted.rfm_group = own_base.rfm_group
),

both_scores as (
    select
        scored.as_of_date,
        scored.recency_score as own_recency_score,
        scored.frequency_score as own_frequency_score,
        scored.monetary_score as own_monetary_score,
        {{ rfm_score('recency_days', 'scored', 'base_cuts') }} as fixed_recency_score,
        {{ rfm_score('frequency_count', 'scored', 'base_cuts') }} as fixed_frequency_score,
        {{ rfm_score('monetary_amount', 'scored', 'base_cuts') }} as fixed_monetary_score
    from {{ ref('int_customer_rfm_scores_as_of') }} as scored
    inner join fixed_groups
        on scored.as_of_date = fixed_groups.as_of_date
        and scored.attribute_group = fixed_groups.attribute_group
    inner join base_cuts
        on fixed_groups.fixed_group = base_cuts.rfm_group
)

select
    as_of_date,
    own_recency_score,
    own_frequency_score,
    own_monetary_score,
    fixed_recency_score,
    fixed_frequency_score,
    fixed_monetary_score,
    count(*) as customers_count
from both_scores
group by
    as_of_date, own_recency_score, own_frequency_score, own_monetary_score,
    fixed_recency_score, fixed_frequency_score, fixed_monetary_score
