-- one row per as-of date: whether there is enough of a population to fit scores of buyers on, by the gates of the seed
-- score_gates. The status names the first gate that is closed; gates about a single customer stand here as columns
with

gates as (
    select
        {%- for gate in ['buyers_count', 'history_days', 'repeat_buyers_count', 'repeat_buyers_ratio', 'recent_buyers_count', 'own_purchase_days_count'] %}
        max(case when gate = '{{ gate }}' then minimum end) as minimum_{{ gate }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('score_gates') }}
),

buyers as (
    select
        as_of_date,
        count(*) as buyers_count,
        sum(case when purchase_days_count > 1 then 1 else 0 end) as repeat_buyers_count,
        sum(case when orders_last_90_days_count > 0 then 1 else 0 end) as recent_buyers_count,
        max(days_since_first_order) as history_days
    from {{ ref('int_customer_purchases_as_of') }}
    where purchase_days_count > 0
    group by as_of_date
),

populations as (
    select
        spine.as_of_date,
        spine.is_current,
        coalesce(buyers.buyers_count, 0) as buyers_count,
        coalesce(buyers.repeat_buyers_count, 0) as repeat_buyers_count,
        coalesce(buyers.repeat_buyers_count / {{ double_literal('nullif(buyers.buyers_count, 0)') }}, 0) as repeat_buyers_ratio,
        coalesce(buyers.recent_buyers_count, 0) as recent_buyers_count,
        coalesce(buyers.history_days, 0) as history_days
    from {{ ref('int_as_of_dates') }} as spine
    left join buyers
        on spine.as_of_date = buyers.as_of_date
)

select
    populations.as_of_date,
    populations.is_current,
    populations.buyers_count,
    populations.repeat_buyers_count,
    populations.repeat_buyers_ratio,
    populations.recent_buyers_count,
    populations.history_days,
    gates.minimum_own_purchase_days_count,
    case
        when populations.buyers_count < gates.minimum_buyers_count then 'too_few_buyers'
        when populations.history_days < gates.minimum_history_days then 'too_short_history'
        when populations.recent_buyers_count < gates.minimum_recent_buyers_count then 'no_recent_buyers'
        when populations.repeat_buyers_count < gates.minimum_repeat_buyers_count then 'too_few_repeaters'
        when populations.repeat_buyers_ratio < gates.minimum_repeat_buyers_ratio then 'too_few_repeaters'
        else 'sufficient'
    end as population_status
from populations
cross join gates
