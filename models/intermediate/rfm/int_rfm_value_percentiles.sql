-- one row per as-of date, metric and whole percentile (0 to 100): all that the cut points are fitted on,
-- however many customers there are
with

measures as (
    select
        as_of_date,
        cast(days_since_last_order as {{ type_double() }}) as recency_days,
        cast(orders_count as {{ type_double() }}) as frequency_count,
        cast(net_amount as {{ type_double() }}) as monetary_amount
    from {{ ref('int_customer_purchases_as_of') }}
    where orders_count > 0
)

{% for metric in ['recency_days', 'frequency_count', 'monetary_amount'] %}
{{ value_percentiles('measures', 'as_of_date', metric) }}
{{ 'union all' if not loop.last }}
{% endfor %}
