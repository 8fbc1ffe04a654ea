-- one row per currency and day: the day's rate, or the last one of the seven days before (weekends, holidays)
with

offsets as (
    {%- for days in range(8) %}
    select {{ days }} as days_after{{ ' union all' if not loop.last }}
    {%- endfor %}
),

candidates as (
    select
        rates.currency_code,
        cast({{ dbt.dateadd('day', 'offsets.days_after', 'rates.rate_date') }} as date) as rate_date,
        offsets.days_after,
        rates.rate_to_reporting
    from {{ accepted_relation('exchange_rates') | indent(4) }} as rates
    cross join offsets
),

ranked as (
    select
        currency_code,
        rate_date,
        rate_to_reporting,
        row_number() over (partition by currency_code, rate_date order by days_after) as choice
    from candidates
)

select
    currency_code,
    rate_date,
    rate_to_reporting
from ranked
where choice = 1
