{%- set scores = {'recency_days': '6 - scored.recency_score', 'frequency_count': 'scored.frequency_score', 'monetary_amount': 'scored.monetary_score'} -%}
-- counted again, the other way round: one score point for each published cut point strictly below the value
with

recounted as (
    {%- for measure, score in scores.items() %}
    select
        scored.customer_id,
        scored.as_of_date,
        '{{ measure }}' as metric,
        max({{ score }}) as score,
        1 + count(cuts.quantile) as recounted_score
    from {{ ref('rfm_facts') }} as scored
    left join {{ ref('rfm_cut_points') }} as cuts
        on scored.as_of_date = cuts.as_of_date
        and scored.rfm_group = cuts.rfm_group
        and cuts.metric = '{{ measure }}'
        and cuts.cut_value < scored.{{ measure }}
    where scored.rfm_rank is not null
    group by scored.customer_id, scored.as_of_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from recounted
where score <> recounted_score
