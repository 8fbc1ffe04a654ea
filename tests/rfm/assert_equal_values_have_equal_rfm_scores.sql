{%- set scores = {'recency_days': 'recency_score', 'frequency_count': 'frequency_score', 'monetary_amount': 'monetary_score'} -%}
-- ties are never parted, on any as-of date and in any group
{%- for measure, score in scores.items() %}
select as_of_date, rfm_group, '{{ measure }}' as measure, cast({{ measure }} as {{ type_double() }}) as measure_value
from {{ ref('rfm_facts') }}
where rfm_rank is not null
group by as_of_date, rfm_group, {{ measure }}
having count(distinct {{ score }}) > 1
{{ 'union all' if not loop.last }}
{%- endfor %}
