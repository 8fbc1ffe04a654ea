-- one row per date of a back-test and buyer of a bounded sample: the history until then, what came in the time since, what in
-- the time of the same length before, and what in the same season a year earlier, with the history until that
with

dates as (
    select
        as_of_date,
        last_as_of_date,
        {{ days_between('as_of_date', 'last_as_of_date') }} as holdout_days,
        cast({{ dbt.dateadd('day', '-1 * ' ~ days_between('as_of_date', 'last_as_of_date'), 'as_of_date') }} as date) as previous_start_date,
        {{ days_before('as_of_date', 365) }} as season_start_date,
        {{ days_before('last_as_of_date', 365) }} as season_end_date,
        {{ days_before('as_of_date', -90) }} as next_90_days_end_date
    from {{ ref('int_score_sufficiency') }}
    where is_backtest_date
),

around as (
    select
        days.customer_id,
        dates.as_of_date,
        sum(case when days.activity_date > dates.as_of_date then 1 else 0 end) as holdout_purchases_count,
        sum(case when days.activity_date > dates.as_of_date then days.sales_amount else 0 end) as holdout_spend_amount,
        max(days.activity_date) as last_purchase_date,
        sum(case when days.activity_date <= dates.as_of_date and days.activity_date > dates.previous_start_date then 1 else 0 end) as previous_purchases_count,
        max(case when days.activity_date <= dates.previous_start_date then days.activity_date end) as previous_last_date,
        -- of a hold-out above a year the season is cut off at the date
        sum(case when days.activity_date <= dates.next_90_days_end_date and days.activity_date > dates.as_of_date then 1 else 0 end) as next_90_days_purchases_count,
        sum(case when days.activity_date <= dates.season_start_date then 1 else 0 end) as purchases_before_season_count,
        max(case when days.activity_date <= dates.season_start_date then days.activity_date end) as season_last_date,
        sum(case when days.activity_date > dates.season_start_date and days.activity_date <= least(dates.season_end_date, dates.as_of_date) then 1 else 0 end) as season_purchases_count
    from {{ ref('int_customer_purchase_days') }} as days
    inner join dates on days.activity_date <= dates.last_as_of_date
    where days.orders_count > 0
    group by days.customer_id, dates.as_of_date
),

ordered as (
    select
        histories.*,
        row_number() over (partition by histories.as_of_date order by md5(histories.customer_id), histories.customer_id) as position
    from {{ ref('int_clv_histories') }} as histories
    where not histories.is_current
),

limits as (
    {{ settings('clv', ['backtest_sample_size_count']) }}
)

select
    ordered.customer_id,
    ordered.as_of_date,
    ordered.repeat_purchase_count,
    ordered.first_to_last_days / {{ double_literal(7) }} as recency_weeks,
    ordered.age_days / {{ double_literal(7) }} as age_weeks,
    ordered.mean_repeat_spend_amount,
    ordered.mean_spend_amount,
    dates.holdout_days / {{ double_literal(7) }} as holdout_weeks,
    around.holdout_purchases_count,
    case
        when around.holdout_purchases_count > 0
            then ordered.age_days + {{ days_between('dates.as_of_date', 'around.last_purchase_date') }}
        else ordered.first_to_last_days
    end / {{ double_literal(7) }} as holdout_recency_weeks,
    cast(around.holdout_spend_amount as {{ type_double() }}) as holdout_spend_amount,
    around.previous_purchases_count,
    {{ days_between('around.previous_last_date', 'dates.previous_start_date') }} / {{ double_literal(7) }} as previous_recency_weeks,
    around.season_purchases_count,
    {{ days_between('around.season_last_date', 'dates.season_start_date') }} / {{ double_literal(7) }} as season_recency_weeks,
    case when around.purchases_before_season_count > 0 then around.purchases_before_season_count - 1 end as season_repeat_purchase_count,
    around.next_90_days_purchases_count,
    coalesce(seasons.is_seasonal, false) as is_seasonal
from ordered
cross join limits
inner join dates on ordered.as_of_date = dates.as_of_date
left join {{ ref('int_purchase_seasons_as_of') }} as seasons on dates.last_as_of_date = seasons.as_of_date
inner join around on ordered.customer_id = around.customer_id and ordered.as_of_date = around.as_of_date
where ordered.position <= limits.backtest_sample_size_count
-- Python adds floats up in this order, so that equal input gives equal figures
order by ordered.as_of_date, ordered.customer_id
