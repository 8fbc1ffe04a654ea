-- one row per as-of date, group, metric and whole percentile (0 to 100): all that the cut points are fitted on, however
-- many customers there are. Everybody together is the group 'all'; a group too small for cut points of its own is left out
with

settings as (
    {{ rfm_settings() }}
),

measures as (
    select
        as_of_date,
        attribute_group,
        recency_days,
        frequency_count,
        -- whole ten-thousandths
        cast(monetary_amount * 10000 as {{ dbt.type_bigint() }}) as monetary_amount
    from {{ ref('int_customer_rfm_measures_as_of') }}
    where is_recent
),

populations as (
    select as_of_date, 'all' as rfm_group, recency_days, frequency_count, monetary_amount
    from measures
    union all
    select as_of_date, attribute_group as rfm_group, recency_days, frequency_count, monetary_amount
    from measures
    where attribute_group <> 'all'
),

percentiles as (
    {{ value_percentiles('populations', ['as_of_date', 'rfm_group'], 'recency_days', units_per_one=1) }}
    union all
    {{ value_percentiles('populations', ['as_of_date', 'rfm_group'], 'frequency_count', units_per_one=1) }}
    union all
    {{ value_percentiles('populations', ['as_of_date', 'rfm_group'], 'monetary_amount', units_per_one=10000) }}
)

select percentiles.*
from percentiles
cross join settings
where percentiles.rfm_group = 'all'
    -- own cut points hold for everybody
    or (settings.cut_points_source = 'fitted' and percentiles.customers_count >= settings.group_customers_count)
