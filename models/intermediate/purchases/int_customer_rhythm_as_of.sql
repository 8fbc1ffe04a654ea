-- one row per buyer and as-of date: the gap in days that is usual for this customer. Two purchases three days apart
-- say little, so the population's median gap counts for a few gaps more (a shrunken mean); who bought on one day has no other gap.
-- For the lifecycle a gap is never shorter than the floor: who buys every week is not lost after a month, and who buys in the season of a
-- business that has one is not before the next
with

settings as (
    {{ settings('rhythm', ['prior_gaps_count', 'smallest_gap_days']) }}
),

season_settings as (
    {{ settings('season', ['season_gap_days']) }}
),

purchases as (
    select
        customer_id,
        as_of_date,
        purchase_days_count,
        days_since_last_order,
        last_gap_days,
        mean_gap_days
    from {{ ref('int_customer_purchases_as_of') }}
    where purchase_days_count > 0
),

population as (
    select
        as_of_date,
        percentile_cont(0.5) within group (order by mean_gap_days) as median_gap_days
    from purchases
    where mean_gap_days is not null
    group by as_of_date
),

rhythms as (
    select
        purchases.customer_id,
        purchases.as_of_date,
        purchases.days_since_last_order,
        purchases.last_gap_days,
        case when seasons.is_seasonal then season_settings.season_gap_days else settings.smallest_gap_days end as smallest_gap_days,
        population.median_gap_days as population_gap_days,
        case
            when purchases.purchase_days_count > 1
                then (purchases.mean_gap_days * (purchases.purchase_days_count - 1) + population.median_gap_days * settings.prior_gaps_count)
                    / (purchases.purchase_days_count - 1 + settings.prior_gaps_count)
        end as usual_gap_days,
        -- the same as it was before the last purchase
        case
            when purchases.purchase_days_count > 1
                then (purchases.mean_gap_days * (purchases.purchase_days_count - 1) - purchases.last_gap_days + population.median_gap_days * settings.prior_gaps_count)
                    / (purchases.purchase_days_count - 2 + settings.prior_gaps_count)
        end as usual_gap_before_days
    from purchases
    cross join settings
    cross join season_settings
    left join population
        on purchases.as_of_date = population.as_of_date
    left join {{ ref('int_purchase_seasons_as_of') }} as seasons
        on purchases.as_of_date = seasons.as_of_date
)

select
    customer_id,
    as_of_date,
    population_gap_days,
    usual_gap_days,
    -- 1: due today; 2: twice the usual gap has passed
    days_since_last_order / nullif(usual_gap_days, 0) as overdue_ratio,
    days_since_last_order / greatest(coalesce(usual_gap_days, population_gap_days, smallest_gap_days), smallest_gap_days) as lapse_ratio,
    -- as lapse_ratio was just before the last purchase
    last_gap_days / greatest(usual_gap_before_days, smallest_gap_days) as last_gap_ratio
from rhythms
