-- one row per as-of date two years and more after the first purchase of anybody: whether the business sells in one season. A year's best
-- weeks hold most of its purchase days then, the same weeks in each of the last two years
with

settings as (
    {{ settings('season', ['season_weeks', 'least_season_ratio', 'least_year_purchases_count']) }}
),

days as (
    select activity_date, count(*) as purchases_count, min(min(activity_date)) over () as first_date
    from {{ ref('int_customer_purchase_days') }}
    where orders_count > 0
    group by activity_date
),

aged as (
    select
        spine.as_of_date,
        days.purchases_count,
        {{ days_between('days.activity_date', 'spine.as_of_date') }} as age_days
    from days
    inner join {{ ref('int_as_of_dates') }} as spine on days.activity_date <= spine.as_of_date and days.first_date <= {{ days_before('spine.as_of_date', 729) }}
),

-- years end with the as-of date; 53 weeks of a year are counted back from its end, the last one has a single day
weeks as (
    select
        as_of_date,
        case when age_days < 365 then 0 else 1 end as years_ago,
        floor((age_days - case when age_days < 365 then 0 else 365 end) / {{ double_literal(7) }}) as weeks_ago,
        sum(purchases_count) as purchases_count
    from aged
    where age_days < 730
    group by as_of_date, years_ago, weeks_ago
),

years as (
    select as_of_date, years_ago, sum(purchases_count) as purchases_count
    from weeks
    group by as_of_date, years_ago
),

-- a season may begin with any week that has a purchase, and go on over the end of the year
starts as (select distinct as_of_date, weeks_ago from weeks),

seasons as (
    select
        starts.as_of_date,
        starts.weeks_ago,
        weeks.years_ago,
        sum(weeks.purchases_count) / {{ double_literal('max(years.purchases_count)') }} as season_ratio,
        max(years.purchases_count) as year_purchases_count
    from starts
    cross join settings
    inner join weeks on starts.as_of_date = weeks.as_of_date
    inner join years on weeks.as_of_date = years.as_of_date and weeks.years_ago = years.years_ago
    where mod(starts.weeks_ago - weeks.weeks_ago + 53, 53) < settings.season_weeks
    group by starts.as_of_date, starts.weeks_ago, weeks.years_ago
),

both_years as (
    select
        as_of_date,
        weeks_ago,
        min(season_ratio) as season_ratio,
        min(year_purchases_count) as year_purchases_count,
        row_number() over (partition by as_of_date order by min(season_ratio) desc, weeks_ago) as place
    from seasons
    group by as_of_date, weeks_ago
    having count(*) = 2
)

select
    both_years.as_of_date,
    cast({{ dbt.dateadd('day', '-7 * cast(both_years.weeks_ago as ' ~ dbt.type_int() ~ ') - 6', 'both_years.as_of_date') }} as date) as season_starts_on_date,
    both_years.season_ratio,
    both_years.season_ratio >= settings.least_season_ratio and both_years.year_purchases_count >= settings.least_year_purchases_count as is_seasonal
from both_years
cross join settings
where both_years.place = 1
