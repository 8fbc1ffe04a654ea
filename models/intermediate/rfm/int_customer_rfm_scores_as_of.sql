-- one row per buyer and as-of date: the RFM measures, their scores by the fitted cut points, and the recency cut points around
with

purchases as (
    select
        customer_id,
        as_of_date,
        days_since_last_order as recency_days,
        orders_count as frequency_count,
        net_amount as monetary_amount
    from {{ ref('int_customer_purchases_as_of') }}
    where orders_count > 0
),

cuts as (
    select
        as_of_date,
        {%- for metric in ['recency_days', 'frequency_count', 'monetary_amount'] %}
        {%- for quantile in range(1, 5) %}
        max(case when metric = '{{ metric }}' and quantile = {{ quantile }} then cut_value end) as {{ metric }}_cut_{{ quantile }},
        {%- endfor %}
        {%- endfor %}
        count(*) as cuts_count
    from {{ ref('fit_rfm_cut_points') }}
    group by as_of_date
),

scored as (
    select
        purchases.customer_id,
        purchases.as_of_date,
        purchases.recency_days,
        purchases.frequency_count,
        purchases.monetary_amount,
        -- one score point for each cut point strictly below the value: equal values, equal score
        5{% for q in range(1, 5) %} - case when cuts.recency_days_cut_{{ q }} < purchases.recency_days then 1 else 0 end{% endfor %} as recency_score,
        1{% for q in range(1, 5) %} + case when cuts.frequency_count_cut_{{ q }} < purchases.frequency_count then 1 else 0 end{% endfor %} as frequency_score,
        1{% for q in range(1, 5) %} + case when cuts.monetary_amount_cut_{{ q }} < purchases.monetary_amount then 1 else 0 end{% endfor %} as monetary_score,
        -- the recency cut points around the value: where the recency score changes
        greatest({% for q in range(1, 5) %}case when cuts.recency_days_cut_{{ q }} < purchases.recency_days then cuts.recency_days_cut_{{ q }} end{{ ', ' if q < 4 }}{% endfor %}) as recency_cut_below,
        least({% for q in range(1, 5) %}case when cuts.recency_days_cut_{{ q }} >= purchases.recency_days then cuts.recency_days_cut_{{ q }} end{{ ', ' if q < 4 }}{% endfor %}) as recency_cut_above
    from purchases
    inner join cuts
        on purchases.as_of_date = cuts.as_of_date
)

select
    customer_id,
    as_of_date,
    recency_days,
    frequency_count,
    monetary_amount,
    recency_score,
    frequency_score,
    monetary_score,
    recency_cut_below,
    recency_cut_above
from scored
