-- one row per as-of date, group, metric and whole percentile (0 to 100): all that the cut points are fitted on,
-- however many customers there are. Everybody together is the group 'all'
with

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
    select
        as_of_date,
        'all' as rfm_group,
        recency_days,
        frequency_count,
        monetary_amount
    from measures
    union all
    select
        measures.as_of_date,
        parted.rfm_group,
        measures.recency_days,
        measures.frequency_count,
        measures.monetary_amount
    from measures
    inner join {{ ref('int_rfm_groups_as_of') }} as parted
        on measures.as_of_date = parted.as_of_date
        and measures.attribute_group = parted.attribute_group
    where parted.rfm_group <> 'all'
)

{{ value_percentiles('populations', ['as_of_date', 'rfm_group'], 'recency_days', units_per_one=1) }}
union all
{{ value_percentiles('populations', ['as_of_date', 'rfm_group'], 'frequency_count', units_per_one=1) }}
union all
{{ value_percentiles('populations', ['as_of_date', 'rfm_group'], 'monetary_amount', units_per_one=10000) }}
