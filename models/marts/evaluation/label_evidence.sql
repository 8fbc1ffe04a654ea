-- one row per scheme and label that claims a place in the order of who buys next: how many of those who had it bought in the 90 days after,
-- over all dates whose window is closed, and whether that is the order the labels claim
with

limits as (
    {{ settings('evidence', ['fewest_customers_count']) }}
),

claimed as (
    select
        scheme,
        segment,
        outcome_rank
    from {{ ref('segment_catalogue') }}
    where outcome_rank is not null
),

observed as (
    select
        claimed.scheme,
        claimed.segment,
        claimed.outcome_rank,
        coalesce(sum(calibration.customers_count), 0) as customers_count,
        coalesce(sum(calibration.customers_count - calibration.no_order_count), 0) as bought_count
    from claimed
    left join {{ ref('churn_calibration') }} as calibration
        on claimed.scheme = calibration.scheme
        and claimed.segment = calibration.segment
    group by claimed.scheme, claimed.segment, claimed.outcome_rank
),

intervals as (
    select
        observed.*,
        observed.bought_count / {{ double_literal('nullif(observed.customers_count, 0)') }} as bought_ratio,
        case when observed.customers_count > 0 then {{ wilson_bound('lower', 'observed.bought_count', 'nullif(observed.customers_count, 0)') }} end as bought_lower_ratio,
        case when observed.customers_count > 0 then {{ wilson_bound('upper', 'observed.bought_count', 'nullif(observed.customers_count, 0)') }} end as bought_upper_ratio,
        observed.customers_count >= limits.fewest_customers_count as is_judged
    from observed
    cross join limits
),

compared as (
    select
        intervals.*,
        min(case when is_judged then bought_upper_ratio end) over (
            partition by scheme order by outcome_rank rows between unbounded preceding and 1 preceding
        ) as lowest_upper_before_ratio,
        max(case when is_judged then bought_lower_ratio end) over (
            partition by scheme order by outcome_rank rows between 1 following and unbounded following
        ) as highest_lower_after_ratio,
        sum(case when is_judged then 1 else 0 end) over (partition by scheme) as judged_count
    from intervals
)

select
    scheme,
    segment,
    cast(outcome_rank as {{ dbt.type_int() }}) as outcome_rank,
    cast(customers_count as {{ dbt.type_bigint() }}) as customers_count,
    cast(bought_count as {{ dbt.type_bigint() }}) as bought_count,
    bought_ratio,
    bought_lower_ratio,
    bought_upper_ratio,
    case
        when not is_judged or judged_count < 2 then 'too_few_customers'
        -- one that should buy less buys more, beyond what chance explains: neither of the two keeps what it says
        when coalesce(bought_lower_ratio > lowest_upper_before_ratio, false) or coalesce(bought_upper_ratio < highest_lower_after_ratio, false) then 'out_of_order'
        else 'in_order'
    end as evidence
from compared
