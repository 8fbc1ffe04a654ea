{%- set schemes = ['purchase_urgency', 'order_size', 'use_case', 'occasion'] -%}
with

labels as (
    {{ wide_labels(ref('situational_labels'), schemes) }}
)

select
    facts.customer_id,
    facts.as_of_date,
    {%- for scheme in schemes %}
    labels.{{ scheme }}_segment,
    labels.{{ scheme }}_rule_id,
    {%- endfor %}
    case facts.urgency_rank when 1 then 'high' when 2 then 'normal' when 3 then 'low' end as stated_urgency,
    {%- for measure in ['days_to_needed_by', 'requested_orders_count', 'earlier_orders_count', 'use_case_lines_count', 'occasion_orders_count', 'gift_orders_count',
        'main_season_orders_count'] %}
    cast(facts.{{ measure }} as {{ dbt.type_bigint() }}) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['last_order_amount', 'own_median_amount', 'population_median_amount'] %}
    cast(facts.{{ measure }} as decimal(18, 2)) as {{ measure }},
    {%- endfor %}
    {%- for measure in ['median_lead_days', 'own_size_ratio', 'population_size_ratio', 'use_case_ratio', 'gift_ratio', 'main_season_ratio'] %}
    cast(facts.{{ measure }} as {{ type_double() }}) as {{ measure }},
    {%- endfor %}
    facts.is_stated as is_use_case_stated,
    facts.main_season
from {{ ref('situational_facts') }} as facts
inner join labels
    on facts.customer_id = labels.customer_id
