-- one row per as-of date: whether there is enough of a population to fit scores of buyers on (the status names the first gate of the settings
-- that is closed), to rank them, and to judge forecasts on the time since: also where too few came back, something is published there too
with

lengths as (
    {{ settings('clv', ['minimum_backtest_history_days', 'minimum_backtest_history_ratio']) }}
),

gates as (
    {{ settings('gate', ['minimum_buyers_count', 'minimum_history_days', 'minimum_repeat_buyers_count', 'minimum_repeat_buyers_ratio', 'minimum_recent_buyers_count']) }}
),

spine as (
    select
        as_of_date,
        is_current,
        row_number() over (order by as_of_date desc) - 1 as months_before_count,
        max(as_of_date) over () as last_as_of_date
    from {{ ref('int_as_of_dates') }}
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
        spine.*,
        coalesce(buyers.buyers_count, 0) as buyers_count,
        coalesce(buyers.repeat_buyers_count, 0) as repeat_buyers_count,
        coalesce(buyers.repeat_buyers_count / {{ double_literal('nullif(buyers.buyers_count, 0)') }}, 0) as repeat_buyers_ratio,
        coalesce(buyers.recent_buyers_count, 0) as recent_buyers_count,
        coalesce(buyers.history_days, 0) as history_days
    from spine
    left join buyers
        on spine.as_of_date = buyers.as_of_date
),

judged as (
    select
        populations.*,
        case
            when populations.buyers_count < gates.minimum_buyers_count then 'too_few_buyers'
            when populations.history_days < gates.minimum_history_days then 'too_short_history'
            when populations.recent_buyers_count < gates.minimum_recent_buyers_count then 'no_recent_buyers'
            when populations.repeat_buyers_count < gates.minimum_repeat_buyers_count then 'too_few_repeaters'
            when populations.repeat_buyers_ratio < gates.minimum_repeat_buyers_ratio then 'too_few_repeaters'
            else 'sufficient'
        end as population_status,
        {{ can_be_ranked('populations.buyers_count', 'populations.history_days') }} as can_be_ranked
    from populations
    cross join gates
)

select
    as_of_date,
    is_current,
    buyers_count,
    repeat_buyers_count,
    repeat_buyers_ratio,
    recent_buyers_count,
    history_days,
    population_status,
    can_be_ranked,
    not is_current
    and history_days >= greatest(minimum_backtest_history_days, minimum_backtest_history_ratio * {{ days_between('as_of_date', 'last_as_of_date') }})
    and months_before_count in (
        select setting_value from {{ ref('settings') }} where topic = 'clv' and setting like '%backtest_months'
    ) as is_backtest_date,
    last_as_of_date
from judged
cross join lengths
